import type { Candidates } from '../candidate.js';
import { IndexedHeap } from './indexed-heap.js';
import type { Accepts } from './routing-strategy.js';

/** So many of those that were refused are asked again with each pick: as long as there are no more, the order is exact. */
const RECHECKS = 16;

export interface AvailableHeapOptions {
  readonly before: (first: number, second: number) => boolean;
  /** One that was refused is accepted again and about to be put back in order. */
  readonly onReturn?: (index: number) => void;
}

/**
 * Finds the first candidate, in an order that changes, that is accepted. Accounts that are down tend to be first in any order,
 * and must not be met again with every pick: who is refused is put aside. Each pick asks a few of those again, all of them
 * once while the others take a turn, so that a pick costs O(log n) as long as a fair share is accepted.
 */
export class AvailableHeap {
  private readonly heap: IndexedHeap;
  private readonly aside: number[] = [];
  /** The place in `aside` to go on asking from. */
  private cursor = 0;

  constructor(
    private readonly candidates: Candidates,
    private readonly options: AvailableHeapOptions,
  ) {
    this.heap = new IndexedHeap(candidates.length, options.before);
    for (const index of candidates.keys()) this.heap.push(index);
  }

  /** The index of the candidate; -1 when none is accepted. It stays where it is until `moved`. */
  first(accepts: Accepts): number {
    const share = Math.ceil(this.aside.length / (this.heap.size + 1));
    this.readmit(Math.max(RECHECKS, share), accepts);
    const found = this.firstOfHeap(accepts);
    if (found >= 0) return found;
    this.readmit(this.aside.length, accepts);
    return this.heap.top ?? -1;
  }

  /** What `before` says of this one has changed. */
  moved(index: number): void {
    this.heap.moved(index);
  }

  private firstOfHeap(accepts: Accepts): number {
    for (let index = this.heap.top; index !== undefined; index = this.heap.top) {
      if (accepts(this.candidates[index]!)) return index;
      this.heap.pop();
      this.aside.push(index);
    }
    return -1;
  }

  private readmit(atMost: number, accepts: Accepts): void {
    for (let asked = Math.min(atMost, this.aside.length); asked > 0; asked--) {
      if (this.cursor >= this.aside.length) this.cursor = 0;
      const index = this.aside[this.cursor]!;
      if (!accepts(this.candidates[index]!)) {
        this.cursor++;
        continue;
      }
      // In their order: one that was asked must not take the place, and the turn, of one that was not.
      this.aside.splice(this.cursor, 1);
      this.options.onReturn?.(index);
      this.heap.push(index);
    }
  }
}
