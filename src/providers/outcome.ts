import type { IncomingHttpHeaders } from 'node:http';
import { readProviderError, type ProviderError } from '../protocols/provider-error.js';
import { readRetryAfter } from './retry-after.js';

/** Every way an upstream call can end. */
export type OutcomeKind =
  | 'success'
  /** No connection: refused, no such name, TLS, too slow to open. */
  | 'unreachable'
  /** The connection was there and broke before the first byte of an answer. */
  | 'connection_lost'
  | 'first_byte_timeout'
  | 'timeout'
  | 'server_error'
  | 'unavailable'
  | 'overloaded'
  | 'rate_limited'
  | 'quota_exhausted'
  | 'credential_rejected'
  /** The credential is good, but not for this model. */
  | 'access_denied'
  | 'token_expired'
  | 'request_refused'
  /** A 200 that is no answer. */
  | 'malformed'
  /** The answer broke off. */
  | 'interrupted'
  | 'client_left'
  /** We stopped it ourselves: shutdown, or another call was faster. */
  | 'cancelled';

/** Who has to change for the call to work. */
export type Blame = 'nobody' | 'request' | 'credential' | 'account' | 'model' | 'endpoint';

export interface OutcomePolicy {
  readonly blame: Blame;
  /** `once`: after a pause, where no other account is left. `at_once`: first, and free, for it cannot have been served. */
  readonly sameAccount: 'never' | 'once' | 'at_once';
  readonly otherAccount: boolean;
  /** Overload is the provider's: its other accounts are asked after everybody else's. */
  readonly otherProviderFirst: boolean;
  /** Whether it speaks against the health of this model on this account. */
  readonly countsAsFailure: boolean;
  /** Walking over a dead credential is no try. */
  readonly countsAsAttempt: boolean;
  /** It may have been served, and charged, all the same: one more try at most. */
  readonly mayBeCharged: boolean;
}

const NEUTRAL: OutcomePolicy = {
  blame: 'nobody',
  sameAccount: 'never',
  otherAccount: false,
  otherProviderFirst: false,
  countsAsFailure: false,
  countsAsAttempt: true,
  mayBeCharged: false,
};
const FAILURE: OutcomePolicy = {
  ...NEUTRAL,
  blame: 'model',
  otherAccount: true,
  countsAsFailure: true,
};
const DEAD_CREDENTIAL: OutcomePolicy = {
  ...NEUTRAL,
  blame: 'credential',
  otherAccount: true,
  countsAsAttempt: false,
};

const POLICIES: Readonly<Record<OutcomeKind, OutcomePolicy>> = {
  success: NEUTRAL,
  unreachable: { ...FAILURE, blame: 'endpoint', sameAccount: 'once' },
  connection_lost: {
    ...FAILURE,
    blame: 'endpoint',
    sameAccount: 'at_once',
    mayBeCharged: true,
  },
  first_byte_timeout: { ...FAILURE, mayBeCharged: true },
  timeout: { ...FAILURE, mayBeCharged: true },
  server_error: { ...FAILURE, sameAccount: 'once' },
  unavailable: { ...FAILURE, sameAccount: 'once' },
  overloaded: { ...FAILURE, otherProviderFirst: true },
  rate_limited: { ...NEUTRAL, blame: 'account', otherAccount: true },
  quota_exhausted: { ...DEAD_CREDENTIAL, blame: 'account' },
  credential_rejected: DEAD_CREDENTIAL,
  access_denied: DEAD_CREDENTIAL,
  token_expired: { ...DEAD_CREDENTIAL, sameAccount: 'at_once' },
  request_refused: { ...NEUTRAL, blame: 'request' },
  malformed: FAILURE,
  interrupted: { ...FAILURE, mayBeCharged: true },
  client_left: NEUTRAL,
  cancelled: NEUTRAL,
};

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
const OVERLOAD_WORDS = new Set(['overloaded', 'overloaded_error']);
const KEY_WORDS = new Set(['invalid_api_key', 'api_key_invalid', 'invalid_iam_token']);
/** xAI and Anthropic report these two with a plain 400 and no code of their own. */
const KEY_MESSAGE = /incorrect api key|invalid api key|api key not valid/i;
const QUOTA_MESSAGE = /credit balance is too low/i;

function kindOf(status: number, error: ProviderError | null): OutcomeKind {
  const says = (words: ReadonlySet<string>): boolean =>
    error?.words.some((word) => words.has(word)) ?? false;
  if (status === 402 || says(QUOTA_WORDS)) return 'quota_exhausted';
  if (status === 401 || says(KEY_WORDS)) return 'credential_rejected';
  if (status === 403) return 'access_denied';
  if (status === 429) return 'rate_limited';
  if (status === 529 || (status >= 500 && says(OVERLOAD_WORDS))) return 'overloaded';
  if (status === 503) return 'unavailable';
  if (status === 408 || status === 504) return 'timeout';
  if (status >= 500) return 'server_error';
  // A redirect is never followed; a refusal that is not the provider's own words comes from something in between.
  if (status < 400 || error === null) return 'malformed';
  if (status === 400 && KEY_MESSAGE.test(error.message)) return 'credential_rejected';
  if (status === 400 && QUOTA_MESSAGE.test(error.message)) return 'quota_exhausted';
  return 'request_refused';
}
