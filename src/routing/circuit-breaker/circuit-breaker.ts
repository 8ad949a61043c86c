import type { Chance } from '../../common/chance.js';
import type { Clock } from '../../common/clock.js';
import { RollingWindow } from './rolling-window.js';

export type CircuitState = 'closed' | 'open' | 'half_open' | 'forced_open' | 'disabled';

/** What an operator can order: `forced_open` lets nobody through, `disabled` everybody. */
export type CircuitOverride = 'forced_open' | 'disabled' | null;

export type CallResult = 'success' | 'slow' | 'failure';

export interface CircuitBreakerOptions {
  readonly windowMs: number;
  readonly buckets: number;
  /** Rates are judged from this many calls in the window on. */
  readonly minimumCalls: number;
  /** Shares of the calls in the window, 0 to 1, that open the circuit. */
  readonly failureRate: number;
  readonly slowRate: number;
  /** Failures in a row that open it whatever the volume: quiet accounts never reach `minimumCalls`. */
  readonly consecutiveFailures: number;
  /** Open time of the first trip; it doubles with each further one, up to `maxOpenMs`. */
  readonly openMs: number;
  readonly maxOpenMs: number;
  /** Open times differ by this share in both directions, so that not everybody probes at once. */
  readonly jitter: number;
  /** Probes that must succeed, one at a time, before the circuit closes. */
  readonly halfOpenCalls: number;
  /** A probe that hangs longer than this opens the circuit again. */
  readonly maxHalfOpenMs: number;
}

/** One open time is forgotten for each minute of health (Envoy's outlier detection). */
const FORGET_TRIP_MS = 60_000;

/**
 * Resilience4j's states and windows for calls that stream: a call is judged at its first token, not at its end. In the
 * half-open state one probe runs at a time and everybody else is refused at once, because another account is better than
 * a queue. What says nothing about the upstream gives its permit back and leaves no trace.
 */
export class CircuitBreaker {
  /** Whether nobody could be asked instead; whoever knows the others says so. */
  isLast: (now: number) => boolean = () => false;
  private readonly window: RollingWindow;
  private override: CircuitOverride = null;
  private phase: 'closed' | 'open' | 'half_open' = 'closed';
  /** Grows with each change of phase: what a call from an earlier phase reports is stale. */
  private generation = 0;
  private failuresInRow = 0;
  private trips = 0;
  private phaseSince: number;
  private openUntil = 0;
  private probing = false;
  private probesPassed = 0;

  constructor(
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly options: CircuitBreakerOptions,
  ) {
    this.window = new RollingWindow(options.windowMs, options.buckets);
    this.phaseSince = clock.monotonic();
  }

  get state(): CircuitState {
    return this.override ?? this.phase;
  }

  /** Of the window, 0 to 1; for people and for strategies that weigh reliability. */
  failureShare(now: number): number {
    const { calls, failures } = this.window.totals(now);
    return calls === 0 ? 0 : failures / calls;
  }

  /** Milliseconds until a call may be let through: 0 now, Infinity not before an operator says so. */
  waitMs(now: number): number {
    if (this.override === 'disabled') return 0;
    if (this.override === 'forced_open') return Infinity;
    if (this.phase === 'closed') return 0;
    if (this.probing && now - this.phaseSince >= this.options.maxHalfOpenMs) this.open(now);
    if (this.phase === 'open') return Math.max(0, this.openUntil - now);
    return this.probing ? this.phaseSince + this.options.maxHalfOpenMs - now : 0;
  }

  /** Ask `waitMs` first: null where it is not 0. */
  acquire(now: number): Permit | null {
    if (this.waitMs(now) > 0) return null;
    if (this.override !== null || this.phase === 'closed') {
      return new Permit(this, this.generation, false);
    }
    if (this.phase === 'open') this.enter('half_open', now);
    this.probing = true;
    this.phaseSince = now;
    return new Permit(this, this.generation, true);
  }

  order(override: CircuitOverride): void {
    if (override === this.override) return;
    this.override = override;
    // Whatever was counted under an order, or before it, says little about now.
    this.reset();
  }

  /** As if nothing had ever happened, for an account that is not what it was. */
  reset(): void {
    this.window.clear();
    this.failuresInRow = 0;
    this.trips = 0;
    this.enter('closed', this.clock.monotonic());
  }

  record(generation: number, result: CallResult): void {
    if (generation !== this.generation || this.override !== null) return;
    const now = this.clock.monotonic();
    const failed = result === 'failure';
    this.window.add(now, { failed, slow: result === 'slow' });
    this.failuresInRow = failed ? this.failuresInRow + 1 : 0;
    if (this.phase === 'half_open') {
      if (result === 'success') this.passProbe(now);
      else this.open(now);
    } else if (this.shouldOpen(now)) this.open(now);
  }

  /** A probe's permit comes back: another one may go. */
  returnProbe(generation: number): void {
    if (generation === this.generation) this.probing = false;
  }

  private shouldOpen(now: number): boolean {
    const { consecutiveFailures, minimumCalls, failureRate, slowRate } = this.options;
    if (this.failuresInRow >= consecutiveFailures) return true;
    const { calls, failures, slow } = this.window.totals(now);
    if (calls < minimumCalls) return false;
    return failures / calls >= failureRate || slow / calls >= slowRate;
  }

  private passProbe(now: number): void {
    this.probesPassed++;
    if (this.probesPassed < this.options.halfOpenCalls) return;
    this.window.clear();
    this.enter('closed', now);
  }

  private open(now: number): void {
    const { openMs, maxOpenMs, jitter } = this.options;
    if (this.phase === 'closed') {
      const forgotten = Math.floor((now - this.phaseSince) / FORGET_TRIP_MS);
      this.trips = Math.max(0, this.trips - forgotten);
    }
    const spread = 1 + jitter * (2 * this.chance.next() - 1);
    const lengthMs = Math.min(openMs * 2 ** this.trips, maxOpenMs) * spread;
    this.trips = Math.min(this.trips + 1, 30);
    this.openUntil = now + (this.isLast(now) ? Math.min(lengthMs / 2, LAST_MAX_OPEN_MS) : lengthMs);
    this.failuresInRow = 0;
    this.enter('open', now);
  }

  private enter(phase: 'closed' | 'open' | 'half_open', now: number): void {
    this.phase = phase;
    this.phaseSince = now;
    this.generation++;
    this.probing = false;
    this.probesPassed = 0;
  }
}

/** Without another account a wait helps nobody: what has been away for hours is found again within half a minute. */
const LAST_MAX_OPEN_MS = 15_000;

/** Leave to make one call. Whoever holds it says what came of it, and gives it back in any case. */
export class Permit {
  private returned = false;

  constructor(
    private readonly breaker: CircuitBreaker,
    private readonly generation: number,
    private readonly isProbe: boolean,
  ) {}

  /** At the first token, and once more when the stream dies behind it. */
  record(result: CallResult): void {
    this.giveBack();
    this.breaker.record(this.generation, result);
  }

  /** Without a word: the call ended in a way that says nothing about the upstream. May be called any number of times. */
  giveBack(): void {
    if (this.returned) return;
    this.returned = true;
    if (this.isProbe) this.breaker.returnProbe(this.generation);
  }
}
