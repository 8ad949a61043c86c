import { randomUUID } from 'node:crypto';
import { LocalShare } from '../../src/limits/local-share.js';
import { MemoryStore } from '../../src/limits/memory.store.js';
import { RedisLeases } from '../../src/limits/redis-leases.js';
import { RedisLink } from '../../src/limits/redis-link.js';
import { RedisStore } from '../../src/limits/redis.store.js';

/** One instance's way to the Redis of a test, with a clock that a test can move. */
export class TestInstance {
  readonly link: RedisLink;
  readonly leases: RedisLeases;
  readonly store: RedisStore;
  shiftMs = 0;

  private constructor(
    link: RedisLink,
    /** `away` and `up`, as the link told. */
    readonly changes: readonly string[],
    leaseMs: number,
    instances: number,
  ) {
    this.link = link;
    const clock = { now: () => Date.now(), monotonic: () => performance.now() };
    const clockShiftMs = (): number => this.shiftMs;
    const instanceId = randomUUID();
    this.leases = new RedisLeases(link, { instanceId, leaseMs, clockShiftMs });
    const local = new LocalShare(new MemoryStore(clock), () => this.leases.instances || instances);
    this.store = new RedisStore({
      link,
      leases: this.leases,
      local,
      clock,
      leaseMs,
      newLease: randomUUID,
      clockShiftMs,
    });
  }

  /** @param instances assumed until Redis tells */
  static async connect(
    url: string,
    { leaseMs = 20_000, instances = 1, commandTimeoutMs = 50 } = {},
  ): Promise<TestInstance> {
    const changes: string[] = [];
    const link = await RedisLink.to({
      url,
      connectTimeoutMs: 300,
      commandTimeoutMs,
      onChange: (isUp) => changes.push(isUp ? 'up' : 'away'),
    });
    await link.open();
    return new TestInstance(link, changes, leaseMs, instances);
  }

  close(): void {
    this.leases.stop();
    this.link.close();
  }
}
