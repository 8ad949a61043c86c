import type { LimitState, WindowClaim } from './limit.js';
import type { Usage } from './limit-store.js';
import type { Meter } from './meter.js';

const SLOT_MS = 1000;
/** One more than a minute has seconds, so that whatever is younger than a minute is counted whole. */
export const SLOTS = 61;

/**
 * Counts by the second and adds up the last minute: whatever sixty seconds one looks at, they hold no more than the limit.
 * What is used is counted in the second it was admitted in.
 */
export class WindowMeter implements Meter<WindowClaim> {
  private readonly slots = new Float64Array(SLOTS);
  private newest = 0;
  private total = 0;

  look({ limit, amount }: WindowClaim, now: number): LimitState {
    this.advance(now);
    const { perMinute } = limit;
    const needed = this.total + Math.min(amount, perMinute) - perMinute;
    return {
      limit,
      remaining: Math.max(0, perMinute - this.total),
      resetMs: this.total > 0 ? this.untilFreed(this.total, now) : 0,
      retryAfterMs: needed > 0 ? this.untilFreed(needed, now) : null,
    };
  }

  take({ amount }: WindowClaim, now: number): number {
    this.advance(now);
    this.add(this.newest, amount);
    return this.newest;
  }

  settle({ limit, amount }: WindowClaim, slot: number, usage: Usage | null, now: number): void {
    this.advance(now);
    const used = usage === null ? 0 : limit.kind === 'tokens' ? usage.tokens : amount;
    const isCounted = slot > this.newest - SLOTS;
    // What was used beyond the estimate is news; what was not needed was only ever counted in its own second.
    if (isCounted) this.add(slot, used - amount);
    else if (used > amount) this.add(this.newest, used - amount);
  }

  isIdle(now: number): boolean {
    this.advance(now);
    return this.total === 0;
  }

  private add(slot: number, amount: number): void {
    this.slots[slot % SLOTS]! += amount;
    this.total += amount;
  }

  private advance(now: number): void {
    const current = Math.floor(now / SLOT_MS);
    for (let slot = Math.max(this.newest, current - SLOTS) + 1; slot <= current; slot++) {
      this.total -= this.slots[slot % SLOTS]!;
      this.slots[slot % SLOTS] = 0;
    }
    this.newest = Math.max(this.newest, current);
  }

  /** From the oldest second on, until so much has left the window. */
  private untilFreed(amount: number, now: number): number {
    let freed = 0;
    for (let slot = Math.max(0, this.newest - SLOTS + 1); slot <= this.newest; slot++) {
      freed += this.slots[slot % SLOTS]!;
      if (freed >= amount) return (slot + SLOTS) * SLOT_MS - now;
    }
    return SLOTS * SLOT_MS;
  }
}
