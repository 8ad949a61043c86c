import type { BudgetClaim, LimitState } from './limit.js';
import type { Charge, Usage } from './limit-store.js';
import type { Meter } from './meter.js';

/** How long a budget nobody uses is kept; what was spent on it is in the database long before. */
const KEPT_MS = 24 * 3_600_000;
/** A budget in total comes back only when somebody raises it. */
export const TOTAL_RETRY_MS = 3_600_000;

/**
 * Money spent and money promised to requests that still run. A request is admitted as long as both together are below the
 * budget, so what is spent exceeds it by less than one request.
 */
export class BudgetMeter implements Meter<BudgetClaim> {
  private spent = 0n;
  private reserved = 0n;
  /** What was spent when a charge was last told of. */
  private told: bigint | null = null;
  private usedAt = -Infinity;

  constructor(
    private readonly wallClock: () => number,
    private readonly tell: (charge: Charge) => void,
  ) {}

  look({ limit, spentAtLeast, stopAtNanoUsd = limit.nanoUsd }: BudgetClaim): LimitState {
    const used = (this.spent > spentAtLeast ? this.spent : spentAtLeast) + this.reserved;
    const left = stopAtNanoUsd - used;
    const resetMs = limit.endsAtMs === null ? TOTAL_RETRY_MS : limit.endsAtMs - this.wallClock();
    return {
      limit,
      remaining: left > 0n ? Number(left) : 0,
      resetMs,
      retryAfterMs: left > 0n ? null : Math.max(1, resetMs),
    };
  }

  take({ nanoUsd, spentAtLeast }: BudgetClaim, now: number): number {
    this.told ??= spentAtLeast;
    if (spentAtLeast > this.spent) this.spent = spentAtLeast;
    this.reserved += nanoUsd;
    this.usedAt = now;
    return 0;
  }

  settle({ limit, nanoUsd }: BudgetClaim, _: number, usage: Usage | null, now: number): void {
    this.reserved -= nanoUsd;
    this.usedAt = now;
    if (usage === null || usage.nanoUsd === 0n) return;
    this.spent += usage.nanoUsd;
    const before = this.told ?? 0n;
    this.told = this.spent;
    this.tell({ limit, before, after: this.spent });
  }

  isIdle(now: number): boolean {
    return this.reserved === 0n && now - this.usedAt > KEPT_MS;
  }
}
