import type { Chance } from '../common/chance.js';
import { policyOf, type Outcome } from '../providers/outcome.js';
import type { Lease } from './lease.js';
import type { Plan } from './plan.js';
import type { RetryBudget } from './retry-budget.js';

/** What all failovers have in common. */
export abstract class FailoverTools {
  abstract readonly chance: Chance;
  /** Monotonic milliseconds. */
  abstract readonly now: () => number;
  /** Real tries a request may make. */
  abstract readonly maxAttempts: number;
  abstract readonly onBudgetExhausted: () => void;
}

export interface NextAttempt {
  readonly lease: Lease;
  /** Before it is sent; 0 for another account, because waiting before a fresh one gains nothing. */
  readonly waitMs: number;
}

/** Walking over dead credentials costs no provider anything, but the client is waiting. */
const MAX_CALLS = 10;
const MAX_WALK_MS = 2_000;
/** An account that has answered this recently, or never failed of late, is no gamble: to ask it costs no retry budget. */
const PROVEN_MS = 10_000;
/** Full jitter between nothing and this. */
const BACKOFF_MS = 100;

/** What to do when an attempt has failed, for one request: who is asked next, after what pause, and when it is enough. */
export class Failover {
  private readonly startedAt: number;
  private attempts = 0;
  private calls = 0;
  private repeatedAtOnce = false;
  private repeated = false;
  private chargedTwice = false;

  constructor(
    private readonly plan: Plan,
    private readonly budget: RetryBudget,
    private readonly tools: FailoverTools,
  ) {
    this.startedAt = tools.now();
  }

  /** @param failed has ended. Null: the failure is the answer. */
  next(failed: Lease, { kind }: Outcome): NextAttempt | null {
    const policy = policyOf(kind);
    this.calls++;
    // The first loss of a connection is most often one that had been idle for too long, and nothing was sent.
    const isFree = policy.sameAccount === 'at_once' && !this.repeatedAtOnce;
    if (policy.countsAsAttempt && !isFree) this.attempts++;
    if (this.attempts >= this.tools.maxAttempts || this.calls >= MAX_CALLS) return null;
    if (isFree) {
      this.repeatedAtOnce = true;
      const lease = this.plan.again(failed);
      if (lease) return { lease, waitMs: 0 };
    }
    if (!policy.otherAccount) return null;
    if (policy.mayBeCharged) {
      if (this.chargedTwice) return null;
      this.chargedTwice = true;
    }
    if (!policy.countsAsAttempt) return this.walkOn();
    return this.otherAccount() ?? (policy.sameAccount === 'once' ? this.sameAccount(failed) : null);
  }

  /** Another account to ask at the same time, on the budget; undefined where there is none or it is used up. */
  spare(): Lease | undefined {
    const lease = this.plan.next();
    if (!lease || this.afford()) return lease;
    lease.release();
    return undefined;
  }

  private walkOn(): NextAttempt | null {
    if (this.tools.now() - this.startedAt > MAX_WALK_MS) return null;
    const lease = this.plan.next();
    return lease ? { lease, waitMs: 0 } : null;
  }

  private otherAccount(): NextAttempt | null {
    const lease = this.plan.next();
    if (!lease) return null;
    if (lease.candidate.state.isTrusted(this.tools.now(), PROVEN_MS) || this.afford()) {
      return { lease, waitMs: 0 };
    }
    lease.release();
    return null;
  }

  private sameAccount(failed: Lease): NextAttempt | null {
    if (this.repeated) return null;
    this.repeated = true;
    if (!this.afford()) return null;
    const lease = this.plan.again(failed);
    return lease ? { lease, waitMs: this.tools.chance.next() * BACKOFF_MS } : null;
  }

  private afford(): boolean {
    if (this.budget.withdraw(this.tools.now())) return true;
    this.tools.onBudgetExhausted();
    return false;
  }
}
