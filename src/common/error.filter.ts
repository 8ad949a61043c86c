import type { IncomingMessage, ServerResponse } from 'node:http';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { isDatabaseAway } from './database-away.js';
import { GatewayError } from './gateway-error.js';
import type { Logger } from './logger.js';
import { sendJson } from './send-json.js';

/** An error as a client may see it: no stack, no SQL, no upstream address. */
export interface Problem {
  status: number;
  code: string;
  message: string;
  param?: string | undefined;
  requestId: string;
  retryAfterSeconds?: number | undefined;
  shouldRetry?: boolean | undefined;
}

/** How one client protocol writes an error. */
export interface ErrorFormat {
  /** Whether a call of this route speaks the protocol. */
  serves(request: IncomingMessage): boolean;
  /** Some protocols have a status of their own for a condition, such as Anthropic's 529. */
  status?(problem: Problem): number;
  body(problem: Problem): unknown;
}

/** The gateway's own API: everything that is no client protocol. */
export const gatewayErrorFormat: ErrorFormat = {
  serves: () => true,
  body: ({ status, code, message, param, requestId }) => ({
    error: {
      type: status >= 500 ? 'server_error' : 'invalid_request_error',
      message,
      code,
      param: param ?? null,
      request_id: requestId,
    },
  }),
};

/** The one place where an error becomes an answer, in the protocol of the route that was called. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  /** @param formats asked in order; the gateway's own comes after them */
  constructor(
    private readonly logger: Logger,
    private readonly formats: readonly ErrorFormat[],
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<IncomingMessage>();
    const response = http.getResponse<ServerResponse>();
    if (response.headersSent) {
      // A clean end() would make a cut answer look complete to the caller.
      response.destroy();
      return;
    }
    this.answer(request, response, toProblem(error, response));
    if (!isExpected(error)) this.logger.error('request failed', 'ErrorFilter', error as Error);
  }

  private answer(request: IncomingMessage, response: ServerResponse, problem: Problem): void {
    const format = this.formats.find((one) => one.serves(request)) ?? gatewayErrorFormat;
    if (problem.retryAfterSeconds !== undefined) {
      response.setHeader('retry-after', String(Math.max(1, Math.ceil(problem.retryAfterSeconds))));
    }
    if (problem.shouldRetry !== undefined) {
      response.setHeader('x-should-retry', String(problem.shouldRetry));
    }
    // RFC 9110, 15.5.2: a 401 says how to authenticate.
    if (problem.status === 401) response.setHeader('www-authenticate', 'Bearer');
    // What is left of an upload nobody will read must not be taken for the next request.
    if (!request.complete) response.setHeader('connection', 'close');
    sendJson(response, format.status?.(problem) ?? problem.status, format.body(problem));
  }
}

/** Retry-After of answers that carry none of their own: a second is enough for a restart or a failover. */
const DEFAULT_RETRY_AFTER_SECONDS = 1;

function toProblem(error: unknown, response: ServerResponse): Problem {
  const requestId = String(response.getHeader('x-request-id') ?? '');
  if (error instanceof GatewayError) {
    const { status, code, message, param, shouldRetry } = error;
    const retryAfterSeconds =
      error.retryAfterSeconds ??
      (status === 429 || status === 503 ? DEFAULT_RETRY_AFTER_SECONDS : undefined);
    return { status, code, message, param, requestId, retryAfterSeconds, shouldRetry };
  }
  if (error instanceof HttpException) {
    const status = error.getStatus();
    return { status, code: HTTP_CODES[status] ?? 'http_error', message: error.message, requestId };
  }
  const parserStatus = bodyParserStatus(error);
  if (parserStatus !== undefined) {
    const code = HTTP_CODES[parserStatus] ?? 'invalid_request';
    return { status: parserStatus, code, message: (error as Error).message, requestId };
  }
  if (isDatabaseAway(error)) {
    const message = 'the database is not available, try again shortly';
    return { status: 503, code: 'database_unavailable', message, requestId, retryAfterSeconds: 2 };
  }
  return { status: 500, code: 'internal_error', message: 'internal error', requestId };
}

const HTTP_CODES: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  409: 'conflict',
  413: 'request_too_large',
  415: 'unsupported_media_type',
  429: 'rate_limit_exceeded',
  503: 'unavailable',
};

/** express.json() marks its errors with a status and a type. */
function bodyParserStatus(error: unknown): number | undefined {
  const { status, type } = error as { status?: unknown; type?: unknown };
  return typeof status === 'number' && status < 500 && typeof type === 'string'
    ? status
    : undefined;
}

function isExpected(error: unknown): boolean {
  return (
    error instanceof GatewayError ||
    error instanceof HttpException ||
    bodyParserStatus(error) !== undefined
  );
}
