export interface WindowTotals {
  calls: number;
  failures: number;
  slow: number;
}

interface Bucket extends WindowTotals {
  /** Which stretch of time it counts; an older one is empty. */
  turn: number;
}

/** Calls of the last so many milliseconds, counted in a ring of buckets: what is old falls out by itself. */
export class RollingWindow {
  private readonly buckets: Bucket[];
  private readonly bucketMs: number;

  constructor(windowMs: number, bucketCount: number) {
    this.bucketMs = windowMs / bucketCount;
    this.buckets = Array.from({ length: bucketCount }, () => empty(-1));
  }

  /** @param now monotonic milliseconds */
  add(now: number, what: { failed: boolean; slow: boolean }): void {
    const bucket = this.bucketAt(now);
    bucket.calls++;
    if (what.failed) bucket.failures++;
    if (what.slow) bucket.slow++;
  }

  totals(now: number): WindowTotals {
    const oldest = Math.floor(now / this.bucketMs) - this.buckets.length + 1;
    const sum = { calls: 0, failures: 0, slow: 0 };
    for (const { turn, calls, failures, slow } of this.buckets) {
      if (turn < oldest) continue;
      sum.calls += calls;
      sum.failures += failures;
      sum.slow += slow;
    }
    return sum;
  }

  clear(): void {
    for (const bucket of this.buckets) Object.assign(bucket, empty(-1));
  }

  private bucketAt(now: number): Bucket {
    const turn = Math.floor(now / this.bucketMs);
    const bucket = this.buckets[turn % this.buckets.length]!;
    if (bucket.turn !== turn) Object.assign(bucket, empty(turn));
    return bucket;
  }
}

function empty(turn: number): Bucket {
  return { turn, calls: 0, failures: 0, slow: 0 };
}
