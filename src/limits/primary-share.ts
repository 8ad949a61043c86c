import type { Clock } from '../common/clock.js';
import type { AccountShare, AccountVerdict } from './account-limits.js';
import { refuses, type Claim, type Limit, type LimitState } from './limit.js';
import type { PrimaryStore } from './primary.store.js';

/** A place may be free again at any moment; for so long nobody asks for one. */
const FULL_MS = 20;

interface Refusal {
  /** Monotonic. */
  readonly until: number;
  /** Less than this may still be had. */
  readonly amount: number;
}

/**
 * Limits of accounts among several workers. Decided where they are counted for all of them, or two workers would both take the
 * last place: the answer is not there at once, but before anything is sent. What was refused lately is not asked for again.
 */
export class PrimaryShare implements AccountShare {
  /** By the limit itself: one that was changed since is another one. */
  private readonly refusals = new WeakMap<Limit, Refusal>();

  constructor(
    private readonly store: Pick<PrimaryStore, 'reserve'>,
    private readonly clock: Pick<Clock, 'monotonic'>,
  ) {}

  /** Refuses what was refused lately, and knows nothing of anything else. */
  look(claims: readonly Claim[]): LimitState[] {
    return claims.map((claim) => {
      const waitMs = this.waitMs(claim);
      return { limit: claim.limit, remaining: 0, resetMs: 0, retryAfterMs: waitMs || null };
    });
  }

  reserve(claims: readonly Claim[]): AccountVerdict {
    const asked = this.store.reserve(claims).then((verdict) => {
      this.remember(claims, verdict.states);
      return verdict;
    });
    return {
      states: [],
      reservation: {
        settle: (usage) =>
          void asked.then(
            ({ reservation }) => reservation?.settle(usage),
            () => {},
          ),
      },
      refusal: asked.then(({ states, reservation }) => (reservation ? null : states)),
    };
  }

  private waitMs(claim: Claim): number {
    const refusal = this.refusals.get(claim.limit);
    if (!refusal || amountOf(claim) < refusal.amount) return 0;
    const waitMs = refusal.until - this.clock.monotonic();
    if (waitMs > 0) return waitMs;
    this.refusals.delete(claim.limit);
    return 0;
  }

  private remember(claims: readonly Claim[], states: readonly LimitState[]): void {
    for (const [index, state] of states.entries()) {
      if (!refuses(state)) continue;
      const { limit, retryAfterMs } = state;
      const waitMs = limit.kind === 'concurrency' ? FULL_MS : retryAfterMs!;
      const until = this.clock.monotonic() + waitMs;
      this.refusals.set(limit, { until, amount: amountOf(claims[index]!) });
    }
  }
}

function amountOf(claim: Claim): number {
  return 'amount' in claim ? claim.amount : 1;
}
