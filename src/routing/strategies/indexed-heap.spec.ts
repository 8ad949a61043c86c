import fc from 'fast-check';
import { SeededChance } from '../../../test/support/candidate-factory.js';
import { IndexedHeap } from './indexed-heap.js';

describe('IndexedHeap', () => {
  it('has the least on top, whatever is put in, taken out and changed', () => {
    const steps = fc.array(
      fc.record({
        what: fc.constantFrom('push', 'pop', 'change'),
        item: fc.nat(19),
        rank: fc.integer({ min: 0, max: 50 }),
      }),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(steps, (given) => {
        const ranks = Array.from({ length: 20 }, (_, item) => item);
        const heap = new IndexedHeap(20, (first, second) => ranks[first]! < ranks[second]!);
        const inside = new Set<number>();
        for (const { what, item, rank } of given) {
          if (what === 'push' && !inside.has(item)) {
            inside.add(item);
            heap.push(item);
          } else if (what === 'pop') {
            if (heap.top !== undefined) inside.delete(heap.top);
            heap.pop();
          } else {
            ranks[item] = rank;
            heap.moved(item);
          }
          const least = Math.min(...[...inside].map((each) => ranks[each]!));
          expect(heap.top === undefined ? Infinity : ranks[heap.top]).toBe(least);
          expect(heap.size).toBe(inside.size);
        }
      }),
    );
  });

  it('compares no more often than twice the logarithm of its size when one changes', () => {
    const chance = new SeededChance(1);
    let comparisons = 0;
    const ranks = Array.from({ length: 1_000 }, () => chance.next());
    const heap = new IndexedHeap(1_000, (first, second) => {
      comparisons++;
      return ranks[first]! < ranks[second]!;
    });
    for (const item of ranks.keys()) heap.push(item);
    comparisons = 0;
    for (let i = 0; i < 1_000; i++) {
      const item = Math.floor(chance.next() * 1_000);
      ranks[item] = chance.next();
      heap.moved(item);
    }
    expect(comparisons / 1_000).toBeLessThanOrEqual(2 * Math.log2(1_000));
  });
});
