import { topic } from '../common/channel.js';
import type { Claim, Limit, LimitState } from './limit.js';
import type { Charge, Usage } from './limit-store.js';

/** How a limit stands: what remains, and the two times. Whoever asked knows which limit it is. */
export type DeskState = readonly [remaining: number, resetMs: number, retryAfterMs: number | null];

export interface DeskVerdict {
  readonly states: readonly DeskState[];
  /** What was taken; null: nothing. */
  readonly lease: number | null;
}

export interface Settlement {
  readonly lease: number;
  readonly usage: Usage | null;
}

/** To the primary, which counts for all workers. */
export const RESERVE = topic<readonly Claim[], DeskVerdict>('limits reserve');
export const LOOK = topic<readonly Claim[], readonly DeskState[]>('limits look');
export const SETTLE = topic<Settlement>('limits settle');
/** To the worker whose call was charged. */
export const CHARGE = topic<Charge>('limits charge');

export function deskState({ remaining, resetMs, retryAfterMs }: LimitState): DeskState {
  return [remaining, resetMs, retryAfterMs];
}

export function limitState(limit: Limit, state: DeskState): LimitState {
  const [remaining, resetMs, retryAfterMs] = state;
  return { limit, remaining, resetMs, retryAfterMs };
}
