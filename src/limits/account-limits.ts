import type { CatalogAccount } from '../catalog/catalog.js';
import { claimOf, countedLimits, type CountedLimit } from './key-limits.js';
import { refuses, type Claim } from './limit.js';
import { refusing } from './limit-errors.js';
import type { LimitMetrics } from './limit-metrics.js';
import type { LocalShare } from './local-share.js';

/** A place on an account. */
export interface AccountReservation {
  /**
   * To be called once the attempt is over; later calls change nothing.
   * @param tokens what was used; null when nothing reached the account, so that the request is not counted either
   */
  release(tokens: number | null): void;
}

type LimitedAccount = Pick<CatalogAccount, 'id' | 'limits'>;

/** For accounts without limits. */
const UNLIMITED: AccountReservation = { release: () => {} };

/**
 * What may be asked of each upstream account. Decided at once, in memory, by this instance's share of the limit, because it
 * is asked for every candidate of every request.
 */
export class AccountLimits {
  private readonly known = new WeakMap<LimitedAccount, readonly CountedLimit[]>();

  constructor(
    private readonly share: LocalShare,
    private readonly metrics: Pick<LimitMetrics, 'refused'>,
  ) {}

  /** Milliseconds until the account may take such a request; 0: now. Takes nothing. */
  fullForMs(account: LimitedAccount, tokens: number): number {
    if (!account.limits) return 0;
    const states = this.share.look(this.claimsOf(account, tokens));
    return states.some(refuses) ? refusing(states).retryAfterMs! : 0;
  }

  /** Null when the account is full; nothing is taken then. */
  tryReserve(account: LimitedAccount, tokens: number): AccountReservation | null {
    if (!account.limits) return UNLIMITED;
    const { states, reservation } = this.share.reserveNow(this.claimsOf(account, tokens));
    if (!reservation) {
      this.metrics.refused(refusing(states).limit);
      return null;
    }
    let isReleased = false;
    return {
      release: (used) => {
        if (isReleased) return;
        isReleased = true;
        reservation.settle(used === null ? null : { tokens: used, nanoUsd: 0n });
      },
    };
  }

  private claimsOf(account: LimitedAccount, tokens: number): Claim[] {
    let limits = this.known.get(account);
    if (!limits) {
      limits = countedLimits('account', account.id, account.limits!);
      this.known.set(account, limits);
    }
    return limits.map((limit) => claimOf(limit, tokens));
  }
}
