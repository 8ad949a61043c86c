import type { IncomingHttpHeaders } from 'node:http';
import { readProviderError, type ProviderError } from '../protocols/provider-error.js';
import { readRetryAfter } from './retry-after.js';

/** Every way an upstream call can end. */
export type OutcomeKind =
  | 'success'
  | 'unreachable'
  | 'connection_lost'
  | 'first_byte_timeout'
  | 'timeout'
  | 'server_error'
  | 'overloaded'
  | 'rate_limited'
  | 'quota_exhausted'
  | 'credential_rejected'
  | 'token_expired'
  | 'request_refused'
  | 'malformed'
  | 'interrupted'
  | 'client_left';

/** Who has to change for the call to work: decides what is retried, and what is avoided for a while. */
export type Blame = 'nobody' | 'request' | 'model' | 'account' | 'endpoint';

export interface OutcomePolicy {
  readonly blame: Blame;
  /** The same account may be asked once more: the call cannot have reached the model. */
  readonly retrySameAccount: boolean;
  readonly tryOtherAccount: boolean;
  /** Whether it speaks against the health of this model on this account. */
  readonly countsAsFailure: boolean;
}

const POLICIES: Readonly<Record<OutcomeKind, OutcomePolicy>> = {
  success: policy('nobody', false, false, false),
  unreachable: policy('endpoint', false, true, true),
  connection_lost: policy('endpoint', true, true, true),
  first_byte_timeout: policy('model', false, true, true),
  timeout: policy('model', false, true, true),
  server_error: policy('model', false, true, true),
  overloaded: policy('model', false, true, true),
  rate_limited: policy('account', false, true, false),
  quota_exhausted: policy('account', false, true, false),
  credential_rejected: policy('account', false, true, false),
  token_expired: policy('account', true, true, false),
  request_refused: policy('request', false, false, false),
  malformed: policy('model', false, true, true),
  interrupted: policy('model', false, false, true),
  client_left: policy('nobody', false, false, false),
};

function policy(
  blame: Blame,
  retrySameAccount: boolean,
  tryOtherAccount: boolean,
  countsAsFailure: boolean,
): OutcomePolicy {
  return { blame, retrySameAccount, tryOtherAccount, countsAsFailure };
}

export function policyOf(kind: OutcomeKind): OutcomePolicy {
  return POLICIES[kind];
}

export interface Outcome {
  readonly kind: OutcomeKind;
  /** The provider's HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** For the log and the usage record; may hold the provider's words, never a credential. */
  readonly detail: string;
  /** What the provider asked for, in milliseconds. */
  readonly retryAfterMs: number | null;
}

export interface RefusedAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/**
 * Judges an answer that is no success, by status and by the words of its body.
 * @param nowMs wall clock, for a Retry-After that is a date
 */
export function classifyAnswer({ status, headers, body }: RefusedAnswer, nowMs: number): Outcome {
  const error = readProviderError(body);
  return {
    kind: kindOf(status, error),
    status,
    detail: (error?.message ?? `status ${status}`).slice(0, 500),
    retryAfterMs: readRetryAfter(headers, nowMs) ?? error?.retryDelayMs ?? null,
  };
}

const QUOTA_WORDS = new Set([
  'insufficient_quota',
  'billing_error',
  'enforced_spend_limit_reached',
]);
const KEY_WORDS = new Set(['invalid_api_key', 'api_key_invalid', 'invalid_iam_token']);
/** xAI and Anthropic report these two with a plain 400 and no code of their own. */
const KEY_MESSAGE = /incorrect api key|invalid api key|api key not valid/i;
const QUOTA_MESSAGE = /credit balance is too low/i;

function kindOf(status: number, error: ProviderError | null): OutcomeKind {
  const says = (words: ReadonlySet<string>): boolean =>
    error?.words.some((word) => words.has(word)) ?? false;
  if (status === 402 || says(QUOTA_WORDS)) return 'quota_exhausted';
  if (status === 401 || status === 403 || says(KEY_WORDS)) return 'credential_rejected';
  if (status === 429) return 'rate_limited';
  if (status === 529 || status === 503) return 'overloaded';
  if (status === 408 || status === 504) return 'timeout';
  if (status >= 500) return 'server_error';
  // A redirect is never followed; a refusal that is not the provider's own words comes from something in between.
  if (status < 400 || error === null) return 'malformed';
  if (status === 400 && KEY_MESSAGE.test(error.message)) return 'credential_rejected';
  if (status === 400 && QUOTA_MESSAGE.test(error.message)) return 'quota_exhausted';
  return 'request_refused';
}
