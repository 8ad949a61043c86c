import type { Candidate, Candidates } from '../candidate.js';
import { AvailableHeap } from './available-heap.js';
import type { Accepts, Picker, RoutingRequest } from './routing-strategy.js';

/** The step that spreads any number of phases most evenly. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/** Far below the distance between any two deadlines that differ, and far above what rounding does to those that do not. */
const ROUNDING = 1e-9;

/**
 * Earliest deadline first: in each unit of virtual time a candidate has as many evenly spaced deadlines as its weight, so
 * that each full turn gives everybody exactly its weight, and never all of it at once. Phases differ, or those of equal weight
 * would come in a row. Who is refused when it is due is due again when it is accepted again: it makes up for nothing.
 */
export class Rotation implements Picker {
  private readonly available: AvailableHeap;
  private readonly deadlines: Float64Array;
  /** In units of the distance between two deadlines of the same candidate. */
  private readonly phases: Float64Array;
  private readonly turns: Float64Array;
  private readonly lastPicks: Float64Array;
  private now = 0;
  private picks = 0;

  /** @param start where in the turn to begin, 0 to below 1 */
  constructor(
    private readonly candidates: Candidates,
    private readonly weights: readonly number[],
    start: number,
  ) {
    this.phases = Float64Array.from(weights, (weight, index) =>
      fraction(0.5 + index * GOLDEN_RATIO - start * weight),
    );
    this.deadlines = this.phases.map((phase, index) => phase / weights[index]!);
    this.turns = new Float64Array(weights.length);
    this.lastPicks = new Float64Array(weights.length);
    this.available = new AvailableHeap(candidates, {
      before: (first, second) => this.isBefore(first, second),
      onReturn: (index) => this.restart(index),
    });
  }

  pick(_request: RoutingRequest, accepts: Accepts): Candidate | undefined {
    const index = this.available.first(accepts);
    if (index < 0) return undefined;
    this.now = this.deadlines[index]!;
    this.lastPicks[index] = ++this.picks;
    this.turns[index]!++;
    // Not the last deadline plus a distance: rounding would add up and break the promise of exact shares.
    this.deadlines[index] = (this.phases[index]! + this.turns[index]!) / this.weights[index]!;
    this.available.moved(index);
    return this.candidates[index];
  }

  /** Of those due at the same time, such as all that come back at once, the one that has waited longest. */
  private isBefore(first: number, second: number): boolean {
    const distance = this.deadlines[first]! - this.deadlines[second]!;
    if (Math.abs(distance) > ROUNDING) return distance < 0;
    return this.lastPicks[first]! < this.lastPicks[second]!;
  }

  private restart(index: number): void {
    this.phases[index] = this.now * this.weights[index]!;
    this.turns[index] = 0;
    this.deadlines[index] = this.now;
  }
}

function fraction(value: number): number {
  return ((value % 1) + 1) % 1;
}
