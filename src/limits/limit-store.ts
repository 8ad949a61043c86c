import type { BudgetLimit, Claim, LimitState } from './limit.js';

/** What a request turned out to use. */
export interface Usage {
  readonly tokens: number;
  readonly nanoUsd: bigint;
}

/** What was taken; to be settled once. */
export interface Reservation {
  /** Null: as if it had never been. */
  settle(usage: Usage | null): void;
}

export interface Verdict {
  /** In the order of the claims. */
  readonly states: readonly LimitState[];
  /** Null when a limit refused; then nothing was taken of any. */
  readonly reservation: Reservation | null;
}

/** Goes on with a verdict: at once, where nobody had to be asked for it. */
export function withVerdict<T>(
  verdict: Verdict | Promise<Verdict>,
  next: (verdict: Verdict) => T | Promise<T>,
): T | Promise<T> {
  return verdict instanceof Promise ? verdict.then(next) : next(verdict);
}

/** A budget's spending before and after a request was charged to it; money that became known in between is in the step. */
export interface Charge {
  readonly limit: BudgetLimit;
  readonly before: bigint;
  readonly after: bigint;
}

/**
 * Counts what requests use. A reservation takes everything it claims or, when one limit refuses, nothing; no other request
 * is ever seen between the two.
 */
export abstract class LimitStore {
  /**
   * No promise where nobody has to be asked: this is on the way of every request.
   * @param claims at most one for each limit
   */
  abstract reserve(claims: readonly Claim[]): Verdict | Promise<Verdict>;

  /** How the limits would answer, in the order of the claims; takes nothing. */
  abstract look(claims: readonly Claim[]): readonly LimitState[] | Promise<readonly LimitState[]>;

  /** False while what other instances count is not known here. */
  abstract readonly isWhole: boolean;

  /** Called with every charge to a budget. */
  abstract onCharge(listener: (charge: Charge) => void): void;
}
