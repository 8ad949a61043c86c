/** Time as everything above the protocols reads it; a test hands in its own. */
export abstract class Clock {
  /** Wall clock, milliseconds since the epoch: for records, tokens and anything another machine compares. */
  abstract now(): number;
  /** Milliseconds from an arbitrary start that never jump: for every duration and deadline. */
  abstract monotonic(): number;
}

export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }
}
