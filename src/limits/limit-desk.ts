import type { Channel } from '../common/channel.js';
import type { Claim } from './limit.js';
import type { Reservation, Usage } from './limit-store.js';
import { CHARGE, deskState, LOOK, RESERVE, SETTLE } from './limit-topics.js';
import type { LocalShare } from './local-share.js';

interface Held {
  readonly claims: readonly Claim[];
  readonly reservation: Reservation;
}

/** A worker, as far as it counts for limits. */
export interface LimitedWorker {
  readonly channel: Pick<Channel, 'on' | 'tell'>;
  /** Calls back when the worker is gone and everything it has said is heard. */
  onceSilent(listener: () => void): void;
}

/** Counts for all workers of the gateway, in the process they have in common; what a worker holds that dies comes back. */
export class LimitDesk {
  private lastLease = 0;
  private settling: LimitedWorker | null = null;

  constructor(private readonly share: Pick<LocalShare, 'reserve' | 'look' | 'onCharge'>) {
    // Charges are made while something is settled: whoever settles has to tell of them.
    share.onCharge((charge) => this.settling?.channel.tell(CHARGE, charge));
  }

  attend(worker: LimitedWorker): void {
    const held = new Map<number, Held>();
    worker.channel.on(RESERVE, (claims) => {
      const { states: full, reservation } = this.share.reserve(claims);
      const states = full.map(deskState);
      if (!reservation) return { states, lease: null };
      const lease = ++this.lastLease;
      held.set(lease, { claims, reservation });
      return { states, lease };
    });
    worker.channel.on(LOOK, (claims) => this.share.look(claims).map(deskState));
    worker.channel.on(SETTLE, ({ lease, usage }) => {
      const { reservation } = held.get(lease) ?? {};
      held.delete(lease);
      if (reservation) this.settle(worker, reservation, usage);
    });
    worker.onceSilent(() => {
      for (const { claims, reservation } of held.values()) reservation.settle(probableUse(claims));
    });
  }

  private settle(worker: LimitedWorker, reservation: Reservation, usage: Usage | null): void {
    this.settling = worker;
    reservation.settle(usage);
    this.settling = null;
  }
}

/**
 * Of a call whose worker has died: it may have reached a provider, so it counts as what was expected of it. Its cost comes from
 * its record, which the journal of the dead worker has.
 */
function probableUse(claims: readonly Claim[]): Usage {
  const tokens = claims.map((claim) =>
    'amount' in claim && claim.limit.kind === 'tokens' ? claim.amount : 0,
  );
  return { tokens: Math.max(0, ...tokens), nanoUsd: 0n };
}
