import type { Candidate } from '../candidate.js';

/** Knowledge older than this may be wrong. */
const STALE_MS = 10_000;

/** The share of picks in which an idle candidate with stale knowledge is tried anew. */
export const EXPLORATION = 0.05;

/**
 * Whether a request would teach us something: nothing is known of the candidate, or, where the caller has drawn to explore,
 * nothing new for a while. Never while another request is finding out: a stampede would measure itself.
 * @param now monotonic
 */
export function isToBeMeasured(
  { state }: Candidate,
  { stream, explore, now }: { stream: boolean; explore: boolean; now: number },
): boolean {
  if (state.inFlight > 0) return false;
  if (state.latencyMs(stream) === null && state.failuresInRow === 0) return true;
  return explore && now - state.lastSuccessAt > STALE_MS;
}
