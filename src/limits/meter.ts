import type { Claim, LimitState } from './limit.js';
import type { Usage } from './limit-store.js';

/** Counts one limit in memory. Times are monotonic milliseconds. */
export interface Meter<C extends Claim = Claim> {
  /** How the limit would answer; changes nothing. */
  look(claim: C, now: number): LimitState;
  /** Takes a claim that nobody refused; gives the receipt that `settle` needs. */
  take(claim: C, now: number): number;
  /** Corrects a claim by what was used; null gives all of it back. */
  settle(claim: C, receipt: number, usage: Usage | null, now: number): void;
  /** Whether forgetting it changes nothing. */
  isIdle(now: number): boolean;
}
