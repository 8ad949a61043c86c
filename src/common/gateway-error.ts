export interface GatewayErrorOptions extends ErrorOptions {
  /** The request field or header at fault, when there is one. */
  param?: string;
  /** Seconds after which a retry makes sense; the header has them rounded up. */
  retryAfterSeconds?: number;
  /** False tells the official SDKs not to retry a status they would retry by themselves. */
  shouldRetry?: boolean;
}

/** Every error this service throws on purpose. One filter renders it in the protocol of the route. */
export abstract class GatewayError extends Error {
  abstract readonly status: number;
  /** Stable and machine-readable, e.g. `model_not_found`. */
  abstract readonly code: string;
  readonly param: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly shouldRetry: boolean | undefined;

  constructor(message: string, options: GatewayErrorOptions = {}) {
    super(message, options);
    this.param = options.param;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.shouldRetry = options.shouldRetry;
  }

  override get name(): string {
    return this.constructor.name;
  }
}

export class InvalidRequestError extends GatewayError {
  readonly status: number = 400;
  readonly code: string = 'invalid_request';
}

export class UnauthenticatedError extends GatewayError {
  readonly status = 401;
  readonly code: string = 'unauthenticated';
}

export class ForbiddenError extends GatewayError {
  readonly status = 403;
  readonly code: string = 'forbidden';
}

export class NotFoundError extends GatewayError {
  readonly status = 404;
  readonly code: string = 'not_found';
}

export class ConflictError extends GatewayError {
  readonly status = 409;
  readonly code: string = 'conflict';
}

export class PayloadTooLargeError extends GatewayError {
  readonly status = 413;
  readonly code = 'request_too_large';
}

export class TooManyRequestsError extends GatewayError {
  readonly status = 429;
  readonly code: string = 'rate_limit_exceeded';
}

export class UnavailableError extends GatewayError {
  readonly status = 503;
  readonly code: string = 'unavailable';
}
