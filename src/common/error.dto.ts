export class ErrorFactsDto {
  /** `invalid_request_error`, or `server_error` when the fault is not the caller's. */
  type: string;

  /** @example "name must be a string" */
  message: string;

  /**
   * Stable, for programs.
   * @example "invalid_request"
   */
  code: string;

  /**
   * The field at fault, when there is one.
   * @example "name"
   */
  param: string | null;

  /** The same as in the header x-request-id. */
  request_id: string;
}

/** Every answer of this API that is no success. */
export class ErrorDto {
  error: ErrorFactsDto;
}
