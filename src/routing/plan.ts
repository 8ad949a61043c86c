import type { Candidate, Candidates } from './candidate.js';
import type { RoutingRequest, RoutingStrategy } from './strategies/routing-strategy.js';

/** An account that serves the model but is not asked, and why. */
export interface Exclusion {
  readonly accountId: string;
  readonly accountName: string;
  readonly reason: string;
}

/** Whom one request may ask, in what order. Picks lazily: most requests need one account only. */
export class Plan {
  private readonly remaining: Candidate[];

  constructor(
    /** Everybody who may be asked, in no order. */
    readonly candidates: readonly Candidate[],
    readonly exclusions: readonly Exclusion[],
    private readonly strategy: RoutingStrategy,
    private readonly request: RoutingRequest,
  ) {
    this.remaining = [...candidates];
  }

  get strategyName(): string {
    return this.strategy.name;
  }

  /** The next account to ask; undefined when all were. Lower priorities come when the higher ones are used up. */
  next(): Candidate | undefined {
    if (this.remaining.length === 0) return undefined;
    const first = Math.min(...this.remaining.map(({ account }) => account.priority));
    const group = this.remaining.filter(({ account }) => account.priority === first);
    const picked = this.strategy.pick(group as unknown as Candidates, this.request);
    this.remaining.splice(this.remaining.indexOf(picked), 1);
    return picked;
  }
}
