import { readProviderError } from '../protocols/provider-error.js';
import { classifyAnswer, type Outcome, type RefusedAnswer } from '../providers/outcome.js';
import type { Refusal } from './carrier.js';

/**
 * What it means when a provider sends an error under a status of success, as the whole answer or as an event of a stream.
 * @param answer the error for a body
 * @param refusalIn for protocols that refuse so in a form of their own
 * @param nowMs wall clock, for a Retry-After that is a date
 */
export function failureUnderSuccess(
  { status, headers, body }: RefusedAnswer,
  refusalIn: ((body: Record<string, unknown>) => Refusal | null) | undefined,
  nowMs: number,
): Outcome {
  const refusal = refusalIn?.(parsedObject(body));
  if (refusal) return { ...refusal, status, retryAfterMs: null };
  const error = readProviderError(body);
  if (error === null) {
    const detail = 'neither an event of the protocol nor an error';
    return { kind: 'malformed', status, detail, retryAfterMs: null };
  }
  const says = (part: string): boolean => error.words.some((word) => word.includes(part));
  const meant = says('overloaded') ? 529 : says('rate_limit') ? 429 : 500;
  return { ...classifyAnswer({ status: meant, headers, body }, nowMs), status };
}

function parsedObject(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}
