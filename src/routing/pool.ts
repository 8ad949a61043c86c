import type { Candidate, Candidates } from './candidate.js';
import { firstAvailable } from './first-available.js';
import type { Picker, RoutingStrategy } from './strategies/routing-strategy.js';

/** A pool may have thousands of accounts; a record is about one request. */
export const MAX_LISTED = 20;

/** Everybody who serves one model in one catalog, by priority. Made once and asked many times. */
export class Pool {
  /** Of the accounts, as far as they are worth listing. */
  readonly names: readonly string[];
  /** Lower priorities first; each has somebody. */
  private readonly tiers: readonly Candidates[];
  private readonly pickers = new Map<RoutingStrategy, readonly Picker[]>();
  private isClosed = false;

  constructor(readonly candidates: readonly Candidate[]) {
    this.names = candidates.slice(0, MAX_LISTED).map(({ account }) => account.name);
    const priorities = [...new Set(candidates.map(({ account }) => account.priority))];
    this.tiers = priorities
      .sort((a, b) => a - b)
      .map((priority) => {
        const tier = candidates.filter(({ account }) => account.priority === priority);
        return tier as unknown as Candidates;
      });
  }

  /** One a tier, in their order. */
  pickersOf(strategy: RoutingStrategy): readonly Picker[] {
    let pickers = this.pickers.get(strategy);
    if (!pickers) {
      // Calls that have outlived the pool must not make it watch accounts again: nobody would end that.
      const used = this.isClosed ? firstAvailable : strategy;
      pickers = this.tiers.map((tier) => used.over(tier));
      this.pickers.set(strategy, pickers);
    }
    return pickers;
  }

  /** For people who ask why: what the strategy compares; null where it compares nothing. */
  pickerFor(strategy: RoutingStrategy, candidate: Candidate): Picker {
    const tier = this.tiers.findIndex((candidates) => candidates.includes(candidate));
    return this.pickersOf(strategy)[tier]!;
  }

  close(): void {
    for (const picker of [...this.pickers.values()].flat()) picker.close?.();
    this.pickers.clear();
    this.isClosed = true;
  }
}
