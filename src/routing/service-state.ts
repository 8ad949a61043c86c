import type { RateAllowance } from '../providers/rate-allowance.js';
import type { AccountState } from './account-state.js';
import { CircuitBreaker } from './circuit-breaker/circuit-breaker.js';
import { Cooldown } from './cooldown.js';
import { PeakEwma } from './peak-ewma.js';
import { RecentLatencies } from './recent-latencies.js';

const LATENCY_DECAY_MS = 10_000;

/** What is known of one model on one account, learnt from its calls. Lives as long as the account, over all catalogs. */
export class ServiceState {
  /** Requests in flight to this model on this account. */
  inFlight = 0;
  /** Monotonic; -Infinity before the first. */
  lastSuccessAt = -Infinity;
  failuresInRow = 0;
  interruptionsInRow = 0;
  /** Monotonic; -Infinity before the first. */
  lastInterruptionAt = -Infinity;
  /** Whoever serves the same model, itself among them. */
  peers: readonly ServiceState[] = [];
  readonly cooldown = new Cooldown();
  private readonly firstToken = new PeakEwma(LATENCY_DECAY_MS);
  private readonly wholeAnswer = new PeakEwma(LATENCY_DECAY_MS);
  private readonly recent = new RecentLatencies();
  private allowance: RateAllowance | null = null;

  constructor(
    readonly account: AccountState,
    readonly model: string,
    readonly breaker: CircuitBreaker,
  ) {
    breaker.isLast = (now) => this.isLast(now);
  }

  /** Whether no other account can be asked at the moment: waiting for this one to recover helps nobody. */
  isLast(now: number): boolean {
    return this.peers.every((peer) => peer === this || peer.waitMs(now) > 0);
  }

  /**
   * Milliseconds to the first token of a stream, or to a whole answer; the other one where only that is known, null where
   * nothing is.
   */
  latencyMs(stream: boolean): number | null {
    const [own, other] = stream
      ? [this.firstToken, this.wholeAnswer]
      : [this.wholeAnswer, this.firstToken];
    return own.value ?? other.value;
  }

  observeLatency(stream: boolean, ms: number, now: number): void {
    (stream ? this.firstToken : this.wholeAnswer).observe(ms, now);
    if (!stream) this.recent.observe(ms);
  }

  /** Milliseconds within which 95 of 100 whole answers come; null while too few have. */
  usualMs(): number | null {
    return this.recent.p95();
  }

  observeAllowance(allowance: RateAllowance): void {
    this.allowance = allowance;
  }

  /** The share of its rate limit that the provider says is left, 0 to 1; 1 when it says nothing or the limit has been reset. */
  remainingRate(now: number): number {
    const { allowance } = this;
    return !allowance || allowance.resetsAt <= now ? 1 : allowance.remainingShare;
  }

  /** Whether it has just answered, or nothing at all speaks against it: asking it next is no gamble. */
  isTrusted(now: number, withinMs: number): boolean {
    if (this.failuresInRow > 0) return false;
    return now - this.lastSuccessAt <= withinMs || this.breaker.failureShare(now) === 0;
  }

  /** Milliseconds until it may be asked; 0: now. */
  waitMs(now: number): number {
    return Math.max(
      this.cooldown.remainingMs(now),
      this.breaker.waitMs(now),
      this.account.waitMs(now),
    );
  }
}
