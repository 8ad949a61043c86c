import type { Claim, LimitState } from './limit.js';

/** Limits that are remembered at most; then all are forgotten, and only the shares hold. */
const MAX_REMEMBERED = 10_000;

/** What Redis last said of each limit: all instances' use is in it, so it is worth something when Redis says no more. */
export class SeenLimits {
  private readonly spent = new Map<string, bigint>();
  private readonly refusedUntil = new Map<string, number>();

  /** @param now monotonic milliseconds */
  constructor(private readonly now: () => number) {}

  remember(states: readonly LimitState[]): void {
    for (const { limit, remaining, retryAfterMs } of states) {
      if (limit.kind === 'budget') {
        this.keep(this.spent, limit.id, limit.nanoUsd - BigInt(Math.trunc(remaining)));
      } else if (retryAfterMs !== null && limit.kind !== 'concurrency') {
        this.keep(this.refusedUntil, limit.id, this.now() + retryAfterMs);
      }
    }
  }

  /** With what all instances have spent or promised. */
  withSpent(claims: readonly Claim[]): readonly Claim[] {
    if (this.spent.size === 0) return claims;
    return claims.map((claim) => {
      if (!('spentAtLeast' in claim)) return claim;
      const seen = this.spent.get(claim.limit.id) ?? 0n;
      return seen > claim.spentAtLeast ? { ...claim, spentAtLeast: seen } : claim;
    });
  }

  /** The states, refusing where Redis has refused until later than now; null when it has not. */
  refusal(claims: readonly Claim[], look: () => readonly LimitState[]): LimitState[] | null {
    const waits = claims.map(({ limit }) => (this.refusedUntil.get(limit.id) ?? 0) - this.now());
    if (waits.every((waitMs) => waitMs <= 0)) return null;
    return look().map((state, index) =>
      waits[index]! > 0 ? { ...state, remaining: 0, retryAfterMs: waits[index]! } : state,
    );
  }

  private keep<Value>(seen: Map<string, Value>, id: string, value: Value): void {
    if (seen.size >= MAX_REMEMBERED) seen.clear();
    seen.set(id, value);
  }
}
