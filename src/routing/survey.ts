import type { Candidate } from './candidate.js';
import type { Exclusion } from './exclusion.js';
import type { Plan } from './plan.js';

/** A candidate as people see it who ask why. */
export interface PlannedCandidate {
  readonly candidate: Candidate;
  /** Null: it may be asked. */
  readonly exclusion: Exclusion | null;
  /** What the strategy compares, the lower the better; null where it compares nothing. */
  readonly score: number | null;
  readonly failureShare: number;
  readonly latencyMs: number | null;
}

export interface PlannedModel {
  readonly model: string;
  readonly strategy: string;
  readonly candidates: readonly PlannedCandidate[];
}

/** Names of more would help nobody. */
const MAX_SURVEYED = 1_000;

/** Everybody a plan knows, with what speaks for and against them. @param now monotonic milliseconds */
export function survey(plan: Plan, now: number): PlannedModel[] {
  return plan.stages.map(({ request, pool, strategy }) => ({
    model: request.model,
    strategy: strategy.name,
    candidates: pool.candidates.slice(0, MAX_SURVEYED).map((candidate) => ({
      candidate,
      exclusion: plan.exclusionOf(candidate),
      score: pool.pickerFor(strategy, candidate).score?.(candidate, request) ?? null,
      failureShare: candidate.state.breaker.failureShare(now),
      latencyMs: candidate.state.latencyMs(request.stream),
    })),
  }));
}
