import type { Candidate } from './candidate.js';

/** What a request would cost where. */
export abstract class CostEstimator {
  /** In nano-USD; null when no price is known, which is not the same as free. */
  abstract estimate(
    candidate: Candidate,
    tokens: { readonly input: number; readonly output: number },
  ): number | null;
}
