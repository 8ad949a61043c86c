import type { Claim, Limit, LimitState } from './limit.js';
import type { Charge, LimitStore, Reservation, Verdict } from './limit-store.js';
import type { MemoryStore } from './memory.store.js';

/** Counts here alone, with this instance's part of each limit: all instances together admit no more than what divides evenly. */
export class LocalShare implements LimitStore {
  readonly isWhole = true;

  constructor(
    private readonly store: MemoryStore,
    private readonly instances: () => number,
  ) {}

  reserve(claims: readonly Claim[]): Verdict {
    const shares = this.sharesOf(claims);
    const verdict = this.store.reserve(shares);
    if (shares === claims) return verdict;
    return { ...verdict, states: shown(verdict.states, claims) };
  }

  /** Counts what was admitted elsewhere, so that the share is not there a second time. */
  take(claims: readonly Claim[]): Reservation {
    return this.store.take(claims);
  }

  /** How the limits would answer; takes nothing. */
  look(claims: readonly Claim[]): LimitState[] {
    return shown(this.store.look(this.sharesOf(claims)), claims);
  }

  private sharesOf(claims: readonly Claim[]): readonly Claim[] {
    const instances = this.instances();
    return instances === 1 ? claims : claims.map((claim) => shareOf(claim, instances));
  }

  onCharge(listener: (charge: Charge) => void): void {
    this.store.onCharge(listener);
  }
}

/** People know their limit, not how many instances there are. */
function shown(states: readonly LimitState[], claims: readonly Claim[]): LimitState[] {
  return states.map((state, index) => ({ ...state, limit: claims[index]!.limit }));
}

function shareOf(claim: Claim, instances: number): Claim {
  if ('spentAtLeast' in claim) {
    const { limit, spentAtLeast } = claim;
    const left = limit.nanoUsd - spentAtLeast;
    const divisor = BigInt(instances);
    const share = left > 0n ? (left + divisor - 1n) / divisor : 0n;
    // The limit stays whole: what is charged to it is told of, and thresholds are parts of the whole.
    return { ...claim, stopAtNanoUsd: spentAtLeast + share };
  }
  return { ...claim, limit: shareOfLimit(claim.limit, instances) } as Claim;
}

function shareOfLimit(limit: Limit, instances: number): Limit {
  const part = (whole: number): number => Math.ceil(whole / instances);
  switch (limit.kind) {
    case 'rate':
      return { ...limit, perSecond: limit.perSecond / instances, burst: part(limit.burst) };
    case 'concurrency':
      return { ...limit, max: part(limit.max) };
    case 'budget':
      return limit;
    default:
      return { ...limit, perMinute: part(limit.perMinute) };
  }
}
