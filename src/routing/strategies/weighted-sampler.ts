import type { Chance } from '../../common/chance.js';
import type { Candidate, Candidates } from '../candidate.js';
import { AliasTable } from './alias-table.js';
import type { Accepts } from './routing-strategy.js';

/** When so many draws were refused in a row, looking at all of them is the better bargain. */
const MAX_DRAWS = 16;

/** Draws accepted candidates in proportion to their weight, in constant time as long as a fair share is accepted. */
export class WeightedSampler {
  private readonly table: AliasTable;

  constructor(
    readonly candidates: Candidates,
    private readonly chance: Chance,
  ) {
    this.table = new AliasTable(candidates.map(({ account }) => account.weight));
  }

  /** Undefined when none is accepted. */
  draw(accepts: Accepts, except?: Candidate): Candidate | undefined {
    const draws = Math.min(MAX_DRAWS, 2 * this.candidates.length);
    for (let drawn = 0; drawn < draws; drawn++) {
      const candidate = this.candidates[this.table.draw(this.chance)]!;
      if (candidate !== except && accepts(candidate)) return candidate;
    }
    return this.drawFromAll(accepts, except);
  }

  /** Two draws, and of them the one with less to do for its weight. */
  drawLighter(accepts: Accepts): Candidate | undefined {
    const first = this.draw(accepts);
    const second = first && this.draw(accepts, first);
    return second && loadOf(second) < loadOf(first) ? second : first;
  }

  /** The same shares: each takes the place of those before it with its share of the weight so far. */
  private drawFromAll(accepts: Accepts, except?: Candidate): Candidate | undefined {
    let drawn: Candidate | undefined;
    let total = 0;
    for (const candidate of this.candidates) {
      if (candidate === except || !accepts(candidate)) continue;
      const { weight } = candidate.account;
      total += weight;
      if (this.chance.next() * total < weight) drawn = candidate;
    }
    return drawn;
  }
}

function loadOf({ account, state }: Candidate): number {
  return state.account.load.count / account.weight;
}
