import type { Chance } from '../../common/chance.js';

/** Draws indices in proportion to weights in constant time: Walker's alias method, built as Vose does (IEEE TSE 17(9), 1991). */
export class AliasTable {
  private readonly thresholds: Float64Array;
  private readonly aliases: Int32Array;

  constructor(weights: readonly number[]) {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    this.thresholds = Float64Array.from(weights, (weight) => (weight * weights.length) / total);
    this.aliases = Int32Array.from(weights.keys());
    const small: number[] = [];
    const large: number[] = [];
    for (const [index, share] of this.thresholds.entries()) (share < 1 ? small : large).push(index);
    while (small.length > 0 && large.length > 0) {
      const poor = small.pop()!;
      const rich = large.at(-1)!;
      this.aliases[poor] = rich;
      this.thresholds[rich]! -= 1 - this.thresholds[poor]!;
      if (this.thresholds[rich]! < 1) small.push(large.pop()!);
    }
    // Only rounding keeps those that are left from being exactly full.
    for (const index of [...small, ...large]) this.thresholds[index] = 1;
  }

  draw(chance: Chance): number {
    const column = Math.floor(chance.next() * this.aliases.length);
    return chance.next() < this.thresholds[column]! ? column : this.aliases[column]!;
  }
}
