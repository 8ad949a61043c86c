import type { Candidate } from '../candidate.js';

/** Fewer may simply have come at once after a quiet time. */
const MIN_WAITING = 8;
const MIN_SILENCE_MS = 2_000;

/**
 * Whether requests wait at a candidate and none has been answered for longer than the first token of its slower answers
 * takes. A circuit breaker hears of an account that has gone silent only when the first request times out; until then it
 * must not get all the others.
 * @param now monotonic
 */
export function isStalled({ state }: Candidate, now: number): boolean {
  if (state.inFlight < MIN_WAITING) return false;
  return now - state.lastSuccessAt > Math.max(MIN_SILENCE_MS, state.latencyMs(true) ?? 0);
}
