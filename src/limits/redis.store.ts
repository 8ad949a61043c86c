import type { Clock } from '../common/clock.js';
import type { Claim, LimitState } from './limit.js';
import type { Charge, LimitStore, Usage, Verdict } from './limit-store.js';
import type { LocalShare } from './local-share.js';
import { keysOf, reserveWords, settleWords, stateFrom } from './redis-claim.js';
import type { RedisLeases } from './redis-leases.js';
import type { RedisLink } from './redis-link.js';
import { RESERVE, SETTLE } from './redis-scripts.js';
import { SeenLimits } from './seen-limits.js';

export interface RedisStoreOptions {
  readonly link: RedisLink;
  readonly leases: RedisLeases;
  /** Counts while Redis is away. */
  readonly local: LocalShare;
  /** For the ends of budgets; everything else goes by the clock of Redis. */
  readonly clock: Clock;
  readonly leaseMs: number;
  newLease(): string;
  /** Added to Redis' clock; other than 0 only in tests. */
  clockShiftMs(): number;
}

interface Answer {
  readonly isAdmitted: boolean;
  /** Of Redis' clock, in which it was admitted. */
  readonly second: number;
  readonly states: readonly LimitState[];
}

/** Only to look. */
const NO_LEASE = '';

/** Counts in Redis for all instances; while it is away each counts its own share. */
export class RedisStore implements LimitStore {
  private readonly listeners: ((charge: Charge) => void)[] = [];
  private readonly seen: SeenLimits;
  private settling = new Set<Promise<unknown>>();

  constructor(private readonly options: RedisStoreOptions) {
    this.seen = new SeenLimits(() => options.clock.monotonic());
  }

  get isWhole(): boolean {
    return this.options.link.isUp;
  }

  async reserve(claims: readonly Claim[]): Promise<Verdict> {
    const { leases, local } = this.options;
    const lease = this.options.newLease();
    const answer = await this.ask(claims, lease);
    if (!answer) return this.reserveHere(claims);
    const { isAdmitted, second, states } = answer;
    if (!isAdmitted) return { states, reservation: null };
    leases.add(lease, claims);
    // What this instance was given counts as its share when Redis goes away; of budgets it knows what all have spent.
    const mirrored = local.take(claims.filter(({ limit }) => limit.kind !== 'budget'));
    const settle = (usage: Usage | null): void => {
      mirrored.settle(usage);
      this.settle(claims, lease, second, usage);
    };
    return { states, reservation: { settle } };
  }

  async look(claims: readonly Claim[]): Promise<readonly LimitState[]> {
    const answer = await this.ask(claims, NO_LEASE);
    if (answer) return answer.states;
    const look = (): LimitState[] => this.options.local.look(this.seen.withSpent(claims));
    return this.seen.refusal(claims, look) ?? look();
  }

  onCharge(listener: (charge: Charge) => void): void {
    this.listeners.push(listener);
    this.options.local.onCharge(listener);
  }

  /** Resolves when everything settled so far has reached Redis, or cannot. */
  async flush(): Promise<void> {
    await Promise.all(this.settling);
  }

  /** Null while Redis is away. */
  private async ask(claims: readonly Claim[], lease: string): Promise<Answer | null> {
    const { link, clock, leaseMs } = this.options;
    if (!link.isUp) return null;
    const words = claims.flatMap((claim) => reserveWords(claim, clock.now()));
    const head = [String(this.options.clockShiftMs()), lease, String(leaseMs)];
    let reply: number[];
    try {
      reply = (await link.run(RESERVE, claims.flatMap(keysOf), [...head, ...words])) as number[];
    } catch {
      return null;
    }
    const states = claims.map(({ limit }, index) =>
      stateFrom(limit, reply.slice(2 + 3 * index, 5 + 3 * index)),
    );
    this.seen.remember(states);
    return { isAdmitted: reply[0] === 1, second: reply[1]!, states };
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

  private reserveHere(claims: readonly Claim[]): Verdict {
    const { local } = this.options;
    const states = this.seen.refusal(claims, () => local.look(claims));
    if (states) return { states, reservation: null };
    return local.reserve(this.seen.withSpent(claims));
  }
}
