import type { Clock } from '../common/clock.js';
import { policyOf, type Outcome, type OutcomeKind } from '../providers/outcome.js';
import type { AccountReservation } from '../limits/account-limits.js';
import type { RateAllowance } from '../providers/rate-allowance.js';
import type { Candidate } from './candidate.js';
import type { Permit } from './circuit-breaker/circuit-breaker.js';
import type { CooldownReason } from './cooldown.js';
import type { RoutingRequest } from './strategies/routing-strategy.js';

/** What a lease holds and gives back. */
export interface LeaseClaims {
  readonly permit: Permit;
  readonly hostPermit: Permit;
  /** Within the limits of the account. */
  readonly place: AccountReservation;
}

export interface LeaseOptions {
  /** The same account is asked again for the same request. */
  readonly isRepeat: boolean;
  /** A first token, or a whole answer, that takes longer than this is a slow call. */
  readonly slowMs: number;
  /** Told when an account is taken out until a person mends it. */
  readonly alert: (candidate: Candidate, reason: OutcomeKind, detail: string) => void;
}

/** For providers that say "not now", but not until when. */
const UNTOLD_MS = 5_000;
/** Somebody has to pay or to replace a key first; probes and the next call after this notice that they have. */
export const PARKED_MS = {
  quota_exhausted: 900_000,
  credential_rejected: 600_000,
  access_denied: 600_000,
};
/** An upstream that breaks off this many answers in a row cuts every client's stream: it rests, whatever the rate. */
const INTERRUPTIONS_TO_REST = 3;
const INTERRUPTED_MS = 300_000;

/**
 * One call's claim on an account: holds its place in the load and its permits, and turns what comes of the call into what is
 * known of the account. Ended exactly once, whatever happens.
 */
export class Lease {
  private readonly startedAt: number;
  private hasAnswered = false;
  private hasEnded = false;

  constructor(
    readonly candidate: Candidate,
    readonly request: RoutingRequest,
    private readonly claims: LeaseClaims,
    private readonly clock: Clock,
    private readonly options: LeaseOptions,
  ) {
    const { state } = candidate;
    this.startedAt = clock.monotonic();
    state.inFlight++;
    state.account.load.enter();
  }

  /** Whether the account has a place for it, where that is not known yet: to be waited for before anything is sent. */
  get granted(): Promise<boolean> | null {
    return this.claims.place.granted;
  }

  /** The first token, or the whole answer, is here: from now on this account has proven itself. */
  answered(allowance: RateAllowance | null = null): void {
    if (this.hasAnswered || this.hasEnded) return;
    this.hasAnswered = true;
    const { state } = this.candidate;
    const now = this.clock.monotonic();
    const latencyMs = now - this.startedAt;
    state.lastSuccessAt = now;
    state.failuresInRow = 0;
    state.observeLatency(this.request.stream, latencyMs, now);
    if (allowance) state.observeAllowance(allowance);
    this.claims.hostPermit.record('success');
    this.claims.permit.record(latencyMs > this.options.slowMs ? 'slow' : 'success');
  }

  /**
   * What came of it in the end. Only the first call counts.
   * @param usedTokens by the provider's count; null where it has not told
   */
  ended(outcome: Outcome, usedTokens: number | null = null): void {
    if (this.hasEnded) return;
    if (outcome.kind === 'success') this.answered();
    this.hasEnded = true;
    const { state } = this.candidate;
    state.inFlight--;
    state.account.load.leave();
    this.learn(outcome);
    this.claims.permit.giveBack();
    this.claims.hostPermit.giveBack();
    this.claims.place.release(this.tokensToCount(outcome.kind, usedTokens));
  }

  /** It was not used after all. */
  release(): void {
    this.ended({ kind: 'cancelled', status: null, detail: '', retryAfterMs: null });
  }

  /** For the limits of the account; null: it has not been asked. */
  private tokensToCount(kind: OutcomeKind, usedTokens: number | null): number | null {
    if (usedTokens !== null || !this.candidate.account.limits) return usedTokens;
    if (kind === 'unreachable' || (kind === 'cancelled' && !this.hasAnswered)) return null;
    return this.hasAnswered ? this.request.inputTokens + this.request.outputTokens : 0;
  }

  private learn({ kind, status, detail, retryAfterMs }: Outcome): void {
    const { state } = this.candidate;
    if (kind === 'success') state.interruptionsInRow = 0;
    else if (kind === 'unreachable') this.claims.hostPermit.record('failure');
    // Any status line proves that the host is there.
    else if (status !== null) this.claims.hostPermit.record('success');
    const { blame, countsAsFailure, otherProviderFirst } = policyOf(kind);
    // Of the account nothing is learnt where it is not to blame.
    if (blame === 'nobody' || blame === 'request') return;
    if (countsAsFailure) this.fail(kind);
    if (isParking(kind)) this.park(kind, detail, retryAfterMs);
    else if (retryAfterMs !== null) this.rest(asCooldown(kind), retryAfterMs);
    else if (otherProviderFirst) this.defer();
    // Where nobody else could answer, the provider's own refusal is worth more than ours.
    else if (kind === 'rate_limited' && !this.isLast) this.rest(kind, UNTOLD_MS);
  }

  private fail(kind: OutcomeKind): void {
    const { state } = this.candidate;
    // Idle connections are closed from time to time; only a fresh one that breaks as well says something.
    if (kind === 'connection_lost' && !this.options.isRepeat) return;
    state.failuresInRow++;
    this.claims.permit.record('failure');
    if (kind === 'interrupted' && this.hasAnswered) this.interrupted();
  }

  private interrupted(): void {
    const { state } = this.candidate;
    // A restart breaks all streams under way at once; only one that began after it says that it goes on.
    if (this.startedAt < state.lastInterruptionAt) return;
    state.lastInterruptionAt = this.clock.monotonic();
    state.interruptionsInRow++;
    if (state.interruptionsInRow < INTERRUPTIONS_TO_REST) return;
    state.interruptionsInRow = 0;
    if (!this.isLast) this.rest('interrupted', INTERRUPTED_MS);
  }

  private get isLast(): boolean {
    return this.candidate.state.isLast(this.clock.monotonic());
  }

  private rest(reason: CooldownReason, forMs: number): void {
    this.candidate.state.cooldown.extend(reason, this.clock.monotonic() + forMs);
  }

  /** An overloaded provider's other accounts are no better: for a moment they are asked last. */
  private defer(): void {
    this.candidate.state.account.provider.extend('overloaded', this.clock.monotonic() + UNTOLD_MS);
  }

  private park(kind: keyof typeof PARKED_MS, detail: string, retryAfterMs: number | null): void {
    const { state } = this.candidate;
    const until = this.clock.monotonic() + (retryAfterMs ?? PARKED_MS[kind]);
    // A credential may be good for other models.
    if (kind === 'access_denied') state.cooldown.extend(kind, until);
    else state.account.parked.extend(kind, until);
    this.options.alert(this.candidate, kind, detail);
  }
}

function asCooldown(kind: OutcomeKind): CooldownReason {
  return kind === 'rate_limited' ? 'rate_limited' : 'overloaded';
}

function isParking(kind: OutcomeKind): kind is keyof typeof PARKED_MS {
  return kind in PARKED_MS;
}
