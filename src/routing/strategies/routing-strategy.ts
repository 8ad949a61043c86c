import type { Candidate, Candidates } from '../candidate.js';

export interface RoutingRequest {
  /** As the client named it. */
  readonly requestedModel: string;
}

/** Chooses who is asked next. The candidates are available, of equal priority and never none. */
export interface RoutingStrategy {
  /** As in the configuration. */
  readonly name: string;
  pick(candidates: Candidates, request: RoutingRequest): Candidate;
}
