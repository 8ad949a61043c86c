/** Randomness as everything above the protocols reads it; a test hands in a seeded one. */
export abstract class Chance {
  /** From 0 to below 1. */
  abstract next(): number;
}

export class SystemChance extends Chance {
  next(): number {
    return Math.random();
  }
}
