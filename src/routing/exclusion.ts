import type { Candidate } from './candidate.js';

/** An account that serves the model but is not asked, and why. */
export interface Exclusion {
  readonly accountId: string;
  readonly accountName: string;
  readonly model: string;
  readonly reason: ExclusionReason;
  /** Null: not before somebody changes something. */
  readonly remainingMs: number | null;
}

export type ExclusionReason =
  /** The provider has no way to be asked this. */
  | 'cannot_serve'
  /** By the routing preferences of the key. */
  | 'excluded_provider'
  | 'rate_limited'
  | 'overloaded'
  | 'interrupted'
  | 'quota_exhausted'
  | 'credential_rejected'
  | 'access_denied'
  | 'circuit_open'
  /** A probe is under way, and one at a time is enough. */
  | 'circuit_half_open'
  /** By an operator. */
  | 'circuit_forced_open'
  /** The host could not be connected to. */
  | 'host_unreachable'
  /** At a limit that the account has been given. */
  | 'full';

/** What decides about a candidate beside what is known of it. */
export interface Circumstances {
  /** Monotonic milliseconds. */
  readonly now: number;
  readonly canServe: boolean;
  /** By the preferences of the key. */
  readonly isExcluded: boolean;
  /** Milliseconds until the account's own limits allow the request; 0: now. */
  readonly fullForMs: number;
}

/** Null for a candidate that may be asked. */
export function exclusionOf(
  candidate: Candidate,
  { now, canServe, isExcluded, fullForMs }: Circumstances,
): Exclusion | null {
  if (!canServe) return exclude(candidate, 'cannot_serve', null);
  if (isExcluded) return exclude(candidate, 'excluded_provider', null);
  const { state } = candidate;
  const { account, breaker, cooldown } = state;
  const waitMs = state.waitMs(now);
  if (waitMs === 0) return fullForMs > 0 ? exclude(candidate, 'full', Math.ceil(fullForMs)) : null;
  const remainingMs = Number.isFinite(waitMs) ? Math.ceil(waitMs) : null;
  if (breaker.state === 'forced_open') {
    return exclude(candidate, 'circuit_forced_open', remainingMs);
  }
  const told = account.parked.reason(now) ?? cooldown.reason(now);
  if (told) return exclude(candidate, told, remainingMs);
  if (account.host.waitMs(now) > 0) return exclude(candidate, 'host_unreachable', remainingMs);
  const isProbing = breaker.state === 'half_open';
  return exclude(candidate, isProbing ? 'circuit_half_open' : 'circuit_open', remainingMs);
}

function exclude(
  { account, model }: Candidate,
  reason: ExclusionReason,
  remainingMs: number | null,
): Exclusion {
  return { accountId: account.id, accountName: account.name, model, reason, remainingMs };
}
