import type { CountClaim, LimitState, RateLimit } from './limit.js';
import type { Usage } from './limit-store.js';
import type { Meter } from './meter.js';

type RateClaim = CountClaim<RateLimit>;

/** Nobody should ask again soon what will never be allowed. */
export const BLOCKED_RETRY_MS = 60_000;

/**
 * The generic cell rate algorithm (ITU-T I.371): all there is to keep is when the bucket will be full again, its theoretical
 * arrival time.
 */
export class RateMeter implements Meter<RateClaim> {
  private fullAt = 0;

  look({ limit }: RateClaim, now: number): LimitState {
    const { perSecond, burst } = asRate(limit);
    if (perSecond === 0) {
      return { limit, remaining: 0, resetMs: BLOCKED_RETRY_MS, retryAfterMs: BLOCKED_RETRY_MS };
    }
    const intervalMs = 1000 / perSecond;
    // An empty bucket fills in this time: one that was larger or filled more slowly is not waited for.
    this.fullAt = Math.min(this.fullAt, now + burst * intervalMs);
    const resetMs = Math.max(0, this.fullAt - now);
    const waitMs = resetMs + intervalMs - burst * intervalMs;
    return {
      limit,
      remaining: Math.max(0, Math.floor(burst - resetMs / intervalMs + ROUNDING)),
      resetMs,
      retryAfterMs: waitMs > ROUNDING ? waitMs : null,
    };
  }

  take({ limit }: RateClaim, now: number): number {
    this.fullAt = Math.max(this.fullAt, now) + 1000 / limit.perSecond;
    return now;
  }

  settle({ limit }: RateClaim, _: number, usage: Usage | null): void {
    if (usage === null) this.fullAt -= 1000 / limit.perSecond;
  }

  isIdle(now: number): boolean {
    return this.fullAt <= now;
  }
}

/** A millionth of a millisecond: thirds add up to a little less or more than one. */
const ROUNDING = 1e-6;

/** A rate without a burst still admits one request at a time. */
function asRate({ perSecond, burst }: RateLimit): { perSecond: number; burst: number } {
  return { perSecond, burst: Math.max(1, burst) };
}
