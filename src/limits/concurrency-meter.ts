import type { ConcurrencyLimit, CountClaim, LimitState } from './limit.js';
import type { Meter } from './meter.js';

type ConcurrencyClaim = CountClaim<ConcurrencyLimit>;

/** Nobody knows when a running request ends; this is a polite guess. */
export const CONCURRENCY_RETRY_MS = 1_000;

/** Counts what runs now. */
export class ConcurrencyMeter implements Meter<ConcurrencyClaim> {
  private running = 0;

  look({ limit }: ConcurrencyClaim): LimitState {
    const isFull = this.running >= limit.max;
    return {
      limit,
      remaining: Math.max(0, limit.max - this.running),
      resetMs: 0,
      retryAfterMs: isFull ? CONCURRENCY_RETRY_MS : null,
    };
  }

  take(): number {
    return ++this.running;
  }

  settle(): void {
    this.running--;
  }

  isIdle(): boolean {
    return this.running === 0;
  }
}
