const SIZE = 64;
/** Fewer say nothing about a tail. */
const ENOUGH = 20;

/** The last answers' latencies, for the question how long an answer usually takes. */
export class RecentLatencies {
  private readonly samples = new Float64Array(SIZE);
  private count = 0;

  observe(ms: number): void {
    this.samples[this.count++ % SIZE] = ms;
  }

  /** 95 of 100 took no longer, in milliseconds; null while too few are known. */
  p95(): number | null {
    if (this.count < ENOUGH) return null;
    const known = this.samples.slice(0, Math.min(this.count, SIZE)).sort();
    return known[Math.ceil(known.length * 0.95) - 1]!;
  }
}
