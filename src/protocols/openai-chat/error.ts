import type { ErrorFacts } from '../client-protocol.js';
import { formatEvent } from '../sse.js';

/** OpenAI's `error.type` for a status; SDKs choose their exception by status, people read the type. */
function typeOf({ status, code }: ErrorFacts): string {
  if (code === 'budget_exceeded') return 'insufficient_quota';
  if (status === 429) return 'rate_limit_error';
  if (status === 403) return 'permission_error';
  if (status === 504) return 'timeout';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

/** Codes OpenAI's own clients know under another name. */
const CODES: Readonly<Record<string, string>> = { unauthenticated: 'invalid_api_key' };

/** The body of an error answer. */
export function openAiErrorBody(facts: ErrorFacts): unknown {
  const { message, param, code } = facts;
  return {
    error: { message, type: typeOf(facts), param: param ?? null, code: CODES[code] ?? code },
  };
}

/** An error in a stream that has begun: SDKs raise it; `[DONE]` must not follow. */
export function openAiErrorEvent(facts: ErrorFacts): string {
  return formatEvent(JSON.stringify(openAiErrorBody(facts)));
}
