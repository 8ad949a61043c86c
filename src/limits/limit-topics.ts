import { topic } from '../common/channel.js';
import type { Claim, LimitState } from './limit.js';
import type { Charge, Usage } from './limit-store.js';

export interface DeskVerdict {
  readonly states: readonly LimitState[];
  /** What was taken; null: nothing. */
  readonly lease: number | null;
}

export interface Settlement {
  readonly lease: number;
  readonly usage: Usage | null;
}

/** To the primary, which counts for all workers. */
export const RESERVE = topic<readonly Claim[], DeskVerdict>('limits reserve');
export const LOOK = topic<readonly Claim[], readonly LimitState[]>('limits look');
export const SETTLE = topic<Settlement>('limits settle');
/** To the worker whose call was charged. */
export const CHARGE = topic<Charge>('limits charge');
