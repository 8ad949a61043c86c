import type { Clock } from '../common/clock.js';
import { BudgetMeter } from './budget-meter.js';
import { ConcurrencyMeter } from './concurrency-meter.js';
import { refuses, type Claim, type Limit, type LimitState } from './limit.js';
import type { Charge, LimitStore, Reservation, Usage, Verdict } from './limit-store.js';
import type { Meter } from './meter.js';
import { RateMeter } from './rate-meter.js';
import { WindowMeter } from './window-meter.js';

/** How often those are looked for that can be forgotten. */
const SWEEP_MS = 60_000;

/** Counts within this process. Durations are monotonic: a jump of the wall clock frees nothing. */
export class MemoryStore implements LimitStore {
  readonly isWhole = true;
  private readonly meters = new Map<string, Meter>();
  private readonly listeners: ((charge: Charge) => void)[] = [];
  private sweptAt: number;

  constructor(private readonly clock: Clock) {
    this.sweptAt = clock.monotonic();
  }

  /** Limits it remembers anything of. */
  get size(): number {
    return this.meters.size;
  }

  reserve(claims: readonly Claim[]): Verdict {
    const now = this.clock.monotonic();
    const before = this.look(claims, now);
    if (before.some(refuses)) return { states: before, reservation: null };
    const reservation = this.take(claims, now);
    const states = this.look(claims, now).map((state) => ({ ...state, retryAfterMs: null }));
    return { states, reservation };
  }

  /** Takes what was admitted elsewhere, whatever the limits say here. */
  take(claims: readonly Claim[], now = this.clock.monotonic()): Reservation {
    this.sweep(now);
    const receipts = claims.map((claim) => this.meterOf(claim.limit).take(claim, now));
    return this.reservationOf(claims, receipts);
  }

  /** How the limits would answer; takes nothing. */
  look(claims: readonly Claim[], now = this.clock.monotonic()): LimitState[] {
    this.sweep(now);
    return claims.map((claim) => this.meterOf(claim.limit).look(claim, now));
  }

  onCharge(listener: (charge: Charge) => void): void {
    this.listeners.push(listener);
  }

  private reservationOf(claims: readonly Claim[], receipts: readonly number[]): Reservation {
    return {
      settle: (usage: Usage | null) => {
        const now = this.clock.monotonic();
        for (const [index, claim] of claims.entries()) {
          // Looked up anew: a meter may have been forgotten since.
          this.meterOf(claim.limit).settle(claim, receipts[index]!, usage, now);
        }
      },
    };
  }

  private meterOf({ id, kind }: Limit): Meter {
    let meter = this.meters.get(id);
    if (!meter) {
      meter = this.newMeter(kind);
      this.meters.set(id, meter);
    }
    return meter;
  }

  private newMeter(kind: Limit['kind']): Meter {
    if (kind === 'rate') return new RateMeter();
    if (kind === 'concurrency') return new ConcurrencyMeter();
    if (kind === 'budget') return new BudgetMeter(() => this.clock.now(), this.tell);
    return new WindowMeter();
  }

  private readonly tell = (charge: Charge): void => {
    for (const listener of this.listeners) listener(charge);
  };

  private sweep(now: number): void {
    if (now - this.sweptAt < SWEEP_MS) return;
    this.sweptAt = now;
    for (const [id, meter] of this.meters) if (meter.isIdle(now)) this.meters.delete(id);
  }
}
