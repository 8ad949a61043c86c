import type { CatalogAccount } from '../catalog/catalog.js';
import { claimOf, countedLimits, type CountedLimit } from './key-limits.js';
import { refuses, type Claim, type LimitState } from './limit.js';
import { refusing } from './limit-errors.js';
import type { LimitMetrics } from './limit-metrics.js';
import type { Verdict } from './limit-store.js';

/** A place on an account. */
export interface AccountReservation {
  /** Null: the place is there. Else to be waited for before anything is sent; false: there is none. */
  readonly granted: Promise<boolean> | null;
  /**
   * To be called once the attempt is over; later calls change nothing.
   * @param tokens what was used; null when nothing reached the account, so that the request is not counted either
   */
  release(tokens: number | null): void;
}

type LimitedAccount = Pick<CatalogAccount, 'id' | 'limits'>;

/** Where places are counted. */
export interface AccountShare {
  look(claims: readonly Claim[]): readonly LimitState[];
  reserve(claims: readonly Claim[]): AccountVerdict;
}

export interface AccountVerdict extends Verdict {
  /** Only where the verdict comes later: the states that refused after all, or null. */
  readonly refusal?: Promise<readonly LimitState[] | null>;
}

/** For accounts without limits. */
const UNLIMITED: AccountReservation = { granted: null, release: () => {} };

/**
 * What may be asked of each upstream account. Decided by this instance's share of the limit, because it is asked for every
 * candidate of every request: at once, or, where several workers share it, before anything is sent.
 */
export class AccountLimits {
  private readonly known = new WeakMap<LimitedAccount, readonly CountedLimit[]>();

  constructor(
    private readonly share: AccountShare,
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
    const { states, reservation, refusal } = this.share.reserve(this.claimsOf(account, tokens));
    if (!reservation) {
      this.metrics.refused(refusing(states).limit);
      return null;
    }
    let isReleased = false;
    return {
      granted: refusal?.then((refused) => this.isGrant(refused)) ?? null,
      release: (used) => {
        if (isReleased) return;
        isReleased = true;
        reservation.settle(used === null ? null : { tokens: used, nanoUsd: 0n });
      },
    };
  }

  private isGrant(refused: readonly LimitState[] | null): boolean {
    if (refused) this.metrics.refused(refusing(refused).limit);
    return refused === null;
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
