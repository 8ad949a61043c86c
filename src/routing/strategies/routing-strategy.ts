import type { RoutingPreferences } from '../../catalog/routing-preferences.js';
import type { Candidate, Candidates } from '../candidate.js';

/** What a strategy may know of the request it picks for. */
export interface RoutingRequest {
  /** As the client named it; a fallback's name where the request has fallen back to one. */
  readonly model: string;
  /** The tenant: what one key pins or hashes never meets another's. */
  readonly keyId: string;
  /** What keeps the requests of one conversation together; null where the client says nothing. */
  readonly session: string | null;
  readonly stream: boolean;
  /** Estimates, for prices. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the key, else of its owner. */
  readonly preferences: RoutingPreferences | null;
}

/** Whether a candidate may be asked now, for this request. Free of effects. */
export type Accepts = (candidate: Candidate) => boolean;

/** A way to choose who is asked next. One instance serves the whole process. */
export interface RoutingStrategy {
  /** As in the configuration. */
  readonly name: string;

  /** Prepares to choose among a set of equal priority that stays as it is; called again when the catalog changes. */
  over(candidates: Candidates): Picker;
}

/** A strategy's view of one set of candidates. */
export interface Picker {
  /**
   * Whom to ask next, among those that are accepted; undefined when none is. When the one picked fails, the same request
   * asks again, and it is accepted no more.
   */
  pick(request: RoutingRequest, accepts: Accepts): Candidate | undefined;

  /** What the strategy compares, the lower the better, for people who ask why; absent where there is nothing to compare. */
  score?(candidate: Candidate, request: RoutingRequest): number | null;

  /** The set is gone; whatever listens to its candidates stops. */
  close?(): void;
}
