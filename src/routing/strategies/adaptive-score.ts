import type { PreferenceDimension, RoutingPreferences } from '../../catalog/routing-preferences.js';
import type { Candidate } from '../candidate.js';
import type { CostEstimator } from '../cost-estimator.js';
import { isStalled } from './is-stalled.js';
import { crowding } from './relative-load.js';
import type { RoutingRequest } from './routing-strategy.js';

const DEFAULT_WEIGHTS: Readonly<Record<PreferenceDimension, number>> = {
  latency: 3,
  cost: 2,
  reliability: 3,
  capacity: 2,
};
/** So many times the latency, cost or load of the best is as bad as it gets. */
const WORST_RATIO = 8;
/** While an account is measured for the first time it counts as so many times slower than the fastest. */
const UNKNOWN_HANDICAP = 2;

/** What a candidate is judged by. */
export interface Measurement {
  /** Null: nobody knows. */
  readonly latencyMs: number | null;
  /** Null: no price is known. */
  readonly cost: number | null;
  /** 1 for one that does not answer at all. */
  readonly failureShare: number;
  readonly remainingRate: number;
  readonly load: number;
}

export function measure(
  candidate: Candidate,
  { stream, inputTokens, outputTokens }: RoutingRequest,
  { now, costs, meanWeight }: { now: number; costs: CostEstimator; meanWeight: number },
): Measurement {
  const { account, state } = candidate;
  return {
    latencyMs: state.latencyMs(stream),
    cost: costs.estimate(candidate, { input: inputTokens, output: outputTokens }),
    failureShare: isStalled(candidate, now) ? 1 : state.breaker.failureShare(now),
    remainingRate: state.remainingRate(now),
    load: crowding(state.account.load.count, account.weight, meanWeight),
  };
}

/** The least of what is only good or bad compared with others. */
export interface Best {
  readonly latencyMs: number;
  readonly cost: number;
  readonly load: number;
}

export function bestOf(measurements: readonly Measurement[]): Best {
  const best = { latencyMs: Infinity, cost: Infinity, load: Infinity };
  for (const { latencyMs, cost, load } of measurements) {
    best.latencyMs = Math.min(best.latencyMs, latencyMs ?? Infinity);
    best.cost = Math.min(best.cost, cost ?? Infinity);
    best.load = Math.min(best.load, load);
  }
  return best;
}

/**
 * 0, the best in everything, to 1: the weighted mean over the dimensions. Latency, cost and load count by the logarithm of
 * their ratio to the best: each doubling is equally bad, and a millisecond between two fast accounts stays a trifle.
 */
export function badness(
  { latencyMs, cost, failureShare, remainingRate, load }: Measurement,
  best: Best,
  preferences: RoutingPreferences | null,
): number {
  const bad: Record<PreferenceDimension, number> = {
    latency: excess(best.latencyMs, latencyMs ?? UNKNOWN_HANDICAP * best.latencyMs),
    // What has no price may cost anything; where nobody has one, it makes no difference.
    cost: excess(best.cost, cost ?? Infinity),
    reliability: failureShare,
    capacity: 1 - remainingRate * (1 - excess(best.load, load)),
  };
  const weights = { ...DEFAULT_WEIGHTS, ...preferences?.weights };
  let sum = 0;
  let total = 0;
  for (const dimension of Object.keys(bad) as PreferenceDimension[]) {
    sum += weights[dimension] * bad[dimension];
    total += weights[dimension];
  }
  return total === 0 ? 0 : sum / total;
}

/** 0 for the best itself, also where that is 0 or nobody knows any better, to 1. */
function excess(best: number, value: number): number {
  return best === value ? 0 : Math.min(1, Math.log(value / best) / Math.log(WORST_RATIO));
}
