import { Injectable } from '@nestjs/common';
import { Chance } from '../../common/chance.js';
import type { Candidate, Candidates } from '../candidate.js';
import { AvailableHeap } from './available-heap.js';
import { relativeLoad } from './relative-load.js';
import type { Accepts, Picker, RoutingRequest, RoutingStrategy } from './routing-strategy.js';

/** The fewest requests in flight for its weight, over all models of the account; among equals the one picked longest ago. */
@Injectable()
export class LeastConnectionsStrategy implements RoutingStrategy {
  readonly name = 'least_connections';

  constructor(private readonly chance: Chance) {}

  over(candidates: Candidates): Picker {
    return new LeastConnectionsPicker(candidates, this.chance.next());
  }
}

class LeastConnectionsPicker implements Picker {
  private readonly available: AvailableHeap;
  /** As of the last pick. */
  private readonly loads: Float64Array;
  private readonly lastPicks: Float64Array;
  private readonly stale = new Set<number>();
  private readonly endWatches: (() => void)[];
  private picks = 0;

  /** @param start who is first while all are equal, 0 to below 1 */
  constructor(
    private readonly candidates: Candidates,
    start: number,
  ) {
    const { length } = candidates;
    const offset = Math.floor(start * length);
    this.loads = Float64Array.from(candidates, relativeLoad);
    this.lastPicks = Float64Array.from(
      candidates,
      (_, index) => ((index + offset) % length) - length,
    );
    this.available = new AvailableHeap(candidates, {
      before: (first, second) => this.isBefore(first, second),
    });
    this.endWatches = candidates.map(({ state }, index) =>
      // Sorted in at the next pick: most sets that an account is in are not asked between two changes.
      state.account.load.watch(() => this.stale.add(index)),
    );
  }

  pick(_request: RoutingRequest, accepts: Accepts): Candidate | undefined {
    for (const index of this.stale) {
      this.loads[index] = relativeLoad(this.candidates[index]!);
      this.available.moved(index);
    }
    this.stale.clear();
    const index = this.available.first(accepts);
    if (index < 0) return undefined;
    this.lastPicks[index] = this.picks++;
    this.available.moved(index);
    return this.candidates[index];
  }

  score(candidate: Candidate): number {
    return relativeLoad(candidate);
  }

  close(): void {
    for (const end of this.endWatches) end();
  }

  private isBefore(first: number, second: number): boolean {
    const difference = this.loads[first]! - this.loads[second]!;
    return difference < 0 || (difference === 0 && this.lastPicks[first]! < this.lastPicks[second]!);
  }
}
