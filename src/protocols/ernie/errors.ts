import type { JsonObject } from '../read-json.js';

/** The words of `providers/outcome.ts` that an error of the old interface can mean. */
export type ErnieErrorKind =
  | 'server_error'
  | 'overloaded'
  | 'rate_limited'
  | 'quota_exhausted'
  | 'credential_rejected'
  | 'request_refused';

export interface ErnieError {
  readonly code: number;
  readonly message: string;
  readonly kind: ErnieErrorKind;
  /** A new access token may help: ask for one and try once more. */
  readonly needsNewToken: boolean;
}

const KINDS: Readonly<Record<ErnieErrorKind, readonly number[]>> = {
  server_error: [1, 336000],
  overloaded: [2, 336100],
  rate_limited: [4, 18, 336501, 336502],
  quota_exhausted: [17, 19],
  credential_rejected: [6, 13, 14, 15, 100, 110, 111, 336004],
  request_refused: [3, 336001, 336002, 336003, 336005, 336006, 336007],
};

const TOKEN_EXPIRED = new Set([110, 111]);

/**
 * The error in an answer, or null. The old interface refuses with status 200, also where a stream was asked for, so every
 * answer has to be looked at.
 */
export function readErnieError(body: JsonObject): ErnieError | null {
  const { error_code: code, error_msg: message } = body;
  if (code === undefined || code === null || code === 0) return null;
  const number = Number(code);
  return {
    code: number,
    message: typeof message === 'string' ? message : `error ${number}`,
    kind: kindOf(number),
    needsNewToken: TOKEN_EXPIRED.has(number),
  };
}

/** A code nobody knows speaks against the provider, not against the client. */
function kindOf(code: number): ErnieErrorKind {
  const known = Object.entries(KINDS).find(([, codes]) => codes.includes(code));
  return known ? (known[0] as ErnieErrorKind) : 'server_error';
}
