import type { BudgetPeriod } from '../common/usage-limits.js';

/** Whose limit it is; a label of metrics, so never an id. */
export type LimitScope = 'key' | 'user' | 'account';

interface Scoped {
  /** What it is counted under: equal for two requests that share the limit, different for all others. */
  readonly id: string;
  readonly scope: LimitScope;
}

/** A bucket of `burst` requests that fills at `perSecond`; 0 a second admits nothing. */
export interface RateLimit extends Scoped {
  readonly kind: 'rate';
  readonly perSecond: number;
  readonly burst: number;
}

/** So many in any sixty seconds. */
export interface WindowLimit extends Scoped {
  readonly kind: 'requests' | 'tokens';
  readonly perMinute: number;
}

/** So many at the same time. */
export interface ConcurrencyLimit extends Scoped {
  readonly kind: 'concurrency';
  readonly max: number;
}

/** So much money in one period; the id names the period. */
export interface BudgetLimit extends Scoped {
  readonly kind: 'budget';
  /** Of the key or the user. */
  readonly ownerId: string;
  readonly nanoUsd: bigint;
  readonly period: BudgetPeriod;
  /** Wall clock at which the next period begins; null for `total`. */
  readonly endsAtMs: number | null;
}

export type Limit = RateLimit | WindowLimit | ConcurrencyLimit | BudgetLimit;
export type LimitKind = Limit['kind'];

/** One request, or one place. */
export interface CountClaim<L extends RateLimit | ConcurrencyLimit> {
  readonly limit: L;
}

export interface WindowClaim {
  readonly limit: WindowLimit;
  /** Whole; 1 for requests, an estimate for tokens. */
  readonly amount: number;
}

export interface BudgetClaim {
  readonly limit: BudgetLimit;
  /** An estimate. */
  readonly nanoUsd: bigint;
  /** Known from elsewhere to be spent already: a store that has forgotten, or never knew, begins there. */
  readonly spentAtLeast: bigint;
  /** Where an instance has to stop that may spend only a share; absent: at the limit. */
  readonly stopAtNanoUsd?: bigint;
}

/** What one request takes of one limit. */
export type Claim =
  CountClaim<RateLimit> | CountClaim<ConcurrencyLimit> | WindowClaim | BudgetClaim;

/** How a limit stands behind a reservation, or before one that was refused. */
export interface LimitState {
  readonly limit: Limit;
  /** Requests, tokens or places that are left; for a budget nano-USD, as far as a number can hold them. */
  readonly remaining: number;
  /** Until nothing of what was counted so far counts any more. */
  readonly resetMs: number;
  /** Until the refused claim may succeed; null when this limit did not refuse it. */
  readonly retryAfterMs: number | null;
}

/** Whether a state says no. */
export function refuses({ retryAfterMs }: LimitState): boolean {
  return retryAfterMs !== null;
}
