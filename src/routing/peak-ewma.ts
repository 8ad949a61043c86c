/**
 * A moving average that believes bad news at once and good news slowly (Finagle's peak EWMA): a sample above the average
 * replaces it, one below pulls it down as time passes.
 */
export class PeakEwma {
  private average: number | null = null;
  private at = 0;

  constructor(private readonly decayMs: number) {}

  /** Null before the first sample. */
  get value(): number | null {
    return this.average;
  }

  /** @param now monotonic milliseconds */
  observe(sample: number, now: number): void {
    if (this.average === null || sample > this.average) {
      this.average = sample;
    } else {
      const weight = Math.exp(-Math.max(0, now - this.at) / this.decayMs);
      this.average = this.average * weight + sample * (1 - weight);
    }
    this.at = now;
  }
}
