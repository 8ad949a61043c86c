import { setTimeout as sleep } from 'node:timers/promises';
import type { CatalogKey } from '../catalog/catalog.js';
import type { ConcurrencyQueue } from './concurrency-queue.js';
import { budgetLimitAt, claimOf, limitsOfKey, type OwnedBudget } from './key-limits.js';
import type { BudgetClaim, Claim } from './limit.js';
import { SpendUnknownError } from './limit-errors.js';
import {
  withVerdict,
  type LimitStore,
  type Reservation,
  type Usage,
  type Verdict,
} from './limit-store.js';
import type { SpendBook } from './spend-book.js';

/** What a request is expected to use. */
export interface Demand {
  readonly tokens: number;
  /** Asked only where there is a budget. */
  readonly nanoUsd: () => bigint;
  /** Wall clock at arrival: the period it belongs to, here and in the records. */
  readonly atMs: number;
}

/** A key that was just made is asked after at once; this is how long its first request waits for the answer. */
const SPEND_WAIT_MS = 1_000;

/** Admits a key's requests as its limits and those of its owner allow. */
export class Limiter {
  constructor(
    private readonly store: LimitStore,
    private readonly spend: SpendBook,
    private readonly queue: ConcurrencyQueue,
  ) {}

  /** Takes what the request is expected to use, or nothing when a limit refuses. Throws SpendUnknownError. */
  reserve(key: CatalogKey, demand: Demand): Verdict | Promise<Verdict> {
    const { counted, budgets } = limitsOfKey(key);
    const claims = counted.map((limit) => claimOf(limit, demand.tokens));
    return budgets.length > 0 ? this.reserveMoney(claims, budgets, demand) : this.take(claims);
  }

  private async reserveMoney(
    counted: readonly Claim[],
    budgets: readonly OwnedBudget[],
    demand: Demand,
  ): Promise<Verdict> {
    const claims = [...counted];
    for (const budget of budgets) claims.push(await this.budgetClaim(budget, demand));
    return this.take(claims);
  }

  private take(claims: readonly Claim[]): Verdict | Promise<Verdict> {
    return withVerdict(this.queue.reserve(claims), onceOnly);
  }

  private async budgetClaim(budget: OwnedBudget, { nanoUsd, atMs }: Demand): Promise<BudgetClaim> {
    let spentAtLeast = this.spend.spent(budget, atMs);
    if (spentAtLeast === undefined) {
      await Promise.race([this.spend.refresh(), sleep(SPEND_WAIT_MS, null, { ref: false })]);
      spentAtLeast = this.spend.spent(budget, atMs);
    }
    const isKnown = this.store.isWhole || this.spend.isFresh;
    if (spentAtLeast === undefined || !isKnown) {
      throw new SpendUnknownError('what the budget has spent is not known at the moment', {
        retryAfterSeconds: 1,
      });
    }
    return { limit: budgetLimitAt(budget, atMs), nanoUsd: nanoUsd(), spentAtLeast };
  }
}

function onceOnly({ states, reservation }: Verdict): Verdict {
  return { states, reservation: reservation && new OnceOnly(reservation) };
}

/** Several may think that it falls to them to settle; the first does. */
class OnceOnly implements Reservation {
  private isSettled = false;

  constructor(private readonly reservation: Reservation) {}

  settle(usage: Usage | null): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.reservation.settle(usage);
  }
}
