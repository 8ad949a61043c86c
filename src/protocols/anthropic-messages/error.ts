import type { ErrorFacts } from '../client-protocol.js';
import { formatEvent } from '../sse.js';

/** https://platform.claude.com/docs/en/api/errors */
const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  413: 'request_too_large',
  422: 'invalid_request_error',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** Anthropic says "overloaded" with 529; its clients know no 503. */
export function anthropicStatus({ status }: ErrorFacts): number {
  return status === 503 ? 529 : status;
}

/** The SDKs' own code for it: by this they send the whole conversation again, and no thread with it. */
const NO_THREADS = {
  details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
};

/** The body of an error answer. */
export function anthropicErrorBody({ status, message, param, requestId }: ErrorFacts): unknown {
  const type = TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  const error = { type, message, ...(param === 'thread' && NO_THREADS) };
  return { type: 'error', error, request_id: requestId };
}

/** An error in a stream that has begun; `message_stop` must not follow. */
export function anthropicErrorEvent(facts: ErrorFacts): string {
  return formatEvent(JSON.stringify(anthropicErrorBody(facts)), 'error');
}
