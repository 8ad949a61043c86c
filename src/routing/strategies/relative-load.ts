import type { Candidate, Candidates } from '../candidate.js';

/**
 * Requests in flight at the account, over all of its models, for its weight. Counts the one to be placed, so that an idle
 * account of twice the weight is preferred to an idle one.
 */
export function relativeLoad({ account, state }: Candidate): number {
  return (state.account.load.count + 1) / account.weight;
}

/**
 * How many times slower requests in flight make an account of mean weight. 1 for every idle one: where nothing is in the
 * way, weights count in the draw alone, and not twice.
 */
export function crowding(inFlight: number, weight: number, meanWeight: number): number {
  return 1 + (inFlight * meanWeight) / weight;
}

export function meanWeight(candidates: Candidates): number {
  return candidates.reduce((sum, { account }) => sum + account.weight, 0) / candidates.length;
}
