import type { Clock } from '../common/clock.js';
import type { Claim, LimitState } from './limit.js';
import type { Charge, LimitStore, Usage, Verdict } from './limit-store.js';
import type { LocalShare } from './local-share.js';
import { keysOf, reserveWords, settleWords, stateFrom } from './redis-claim.js';
import type { RedisLeases } from './redis-leases.js';
import type { RedisLink } from './redis-link.js';
import { RESERVE, SETTLE } from './redis-scripts.js';

export interface RedisStoreOptions {
  readonly link: RedisLink;
  readonly leases: RedisLeases;
  /** Counts while Redis is away. */
  readonly local: LocalShare;
  /** Wall clock for the ends of budgets; everything else goes by the clock of Redis. */
  readonly clock: Clock;
  readonly leaseMs: number;
  newLease(): string;
  /** Added to Redis' clock; other than 0 only in tests. */
  clockShiftMs(): number;
}

/** Budgets whose standing is remembered for the time without Redis. */
const MAX_REMEMBERED = 10_000;

/** Counts in Redis for all instances; while it is away each counts its own share. */
export class RedisStore implements LimitStore {
  private readonly listeners: ((charge: Charge) => void)[] = [];
  private readonly spendSeen = new Map<string, bigint>();
  private settling = new Set<Promise<unknown>>();

  constructor(private readonly options: RedisStoreOptions) {}

  get isWhole(): boolean {
    return this.options.link.isUp;
  }

  async reserve(claims: readonly Claim[]): Promise<Verdict> {
    const { link, leases, clock, leaseMs, local } = this.options;
    if (!link.isUp) return local.reserve(this.withSpendSeen(claims));
    const lease = this.options.newLease();
    const words = claims.flatMap((claim) => reserveWords(claim, clock.now()));
    const keys = claims.flatMap(keysOf);
    const head = [String(this.options.clockShiftMs()), lease, String(leaseMs)];
    let reply: number[];
    try {
      reply = (await link.run(RESERVE, keys, [...head, ...words])) as number[];
    } catch {
      return local.reserve(this.withSpendSeen(claims));
    }
    const [admitted, second] = reply;
    const states = claims.map(({ limit }, index) =>
      stateFrom(limit, reply.slice(2 + 3 * index, 5 + 3 * index)),
    );
    this.rememberSpend(states);
    if (admitted !== 1) return { states, reservation: null };
    leases.add(lease, claims);
    return {
      states,
      reservation: { settle: (usage) => this.settle(claims, lease, second!, usage) },
    };
  }

  onCharge(listener: (charge: Charge) => void): void {
    this.listeners.push(listener);
    this.options.local.onCharge(listener);
  }

  /** Resolves when everything settled so far has reached Redis, or cannot. */
  async flush(): Promise<void> {
    await Promise.all(this.settling);
  }

  private settle(claims: readonly Claim[], lease: string, second: number, usage: Usage | null) {
    this.options.leases.remove(lease);
    const sending = this.sendSettle(claims, lease, second, usage)
      // What Redis does not hear now, it learns: leases expire, and money spent is in the database.
      .catch(() => {})
      .finally(() => this.settling.delete(sending));
    this.settling.add(sending);
  }

  private async sendSettle(
    claims: readonly Claim[],
    lease: string,
    second: number,
    usage: Usage | null,
  ): Promise<void> {
    const head = [this.options.clockShiftMs(), lease, second, usage ? 1 : 0, usage?.tokens ?? 0];
    const words = [...head, usage?.nanoUsd ?? 0n].map(String);
    const reply = (await this.options.link.run(SETTLE, claims.flatMap(keysOf), [
      ...words,
      ...claims.flatMap(settleWords),
    ])) as string[];
    const budgets = claims.flatMap(({ limit }) => (limit.kind === 'budget' ? [limit] : []));
    for (const [index, limit] of budgets.entries()) {
      const [before, after] = [BigInt(reply[2 * index]!), BigInt(reply[2 * index + 1]!)];
      if (after === 0n) continue;
      for (const listener of this.listeners) listener({ limit, before, after });
    }
  }

  /** What all instances have spent or promised, as far as this one has seen. */
  private rememberSpend(states: readonly LimitState[]): void {
    for (const { limit, remaining } of states) {
      if (limit.kind !== 'budget') continue;
      if (this.spendSeen.size >= MAX_REMEMBERED) this.spendSeen.clear();
      this.spendSeen.set(limit.id, limit.nanoUsd - BigInt(Math.trunc(remaining)));
    }
  }

  private withSpendSeen(claims: readonly Claim[]): readonly Claim[] {
    if (this.spendSeen.size === 0) return claims;
    return claims.map((claim) => {
      if (!('spentAtLeast' in claim)) return claim;
      const seen = this.spendSeen.get(claim.limit.id) ?? 0n;
      return seen > claim.spentAtLeast ? { ...claim, spentAtLeast: seen } : claim;
    });
  }
}
