import { randomUUID } from 'node:crypto';
import type { Clock } from '../common/clock.js';
import type { Logger } from '../common/logger.js';
import type { Environment } from '../config/environment.js';
import type { LimitStore } from './limit-store.js';
import type { LocalShare } from './local-share.js';
import { RedisLeases } from './redis-leases.js';
import { RedisLink } from './redis-link.js';
import { RedisStore } from './redis.store.js';

interface Parts {
  readonly link: RedisLink;
  readonly leases: RedisLeases;
  readonly leaseMs: number;
}

/** The Redis that instances share, where there is one. */
export class SharedRedis {
  private redisStore: RedisStore | null = null;

  private constructor(
    private readonly parts: Parts | null,
    private readonly clock: Clock,
  ) {}

  /** Never fails: whether Redis is there or not, calls are served. */
  static async open(environment: Environment, clock: Clock, logger: Logger): Promise<SharedRedis> {
    const { REDIS_URL: url, LIMIT_LEASE_MS: leaseMs } = environment;
    if (url === undefined) return new SharedRedis(null, clock);
    const link = await RedisLink.to({
      url,
      connectTimeoutMs: environment.REDIS_CONNECT_TIMEOUT_MS,
      commandTimeoutMs: environment.REDIS_COMMAND_TIMEOUT_MS,
      onChange: (isUp, reason) => {
        if (isUp) {
          logger.log('Redis is back, limits are shared again', 'Limits');
          void leases.renew();
        } else {
          logger.warn(`Redis is away, each instance counts its share: ${reason}`, 'Limits');
        }
      },
    });
    const options = { instanceId: randomUUID(), leaseMs, clockShiftMs: () => 0 };
    const leases = new RedisLeases(link, options);
    await link.open();
    await leases.start();
    return new SharedRedis({ link, leases, leaseMs }, clock);
  }

  get isConfigured(): boolean {
    return this.parts !== null;
  }

  /** Whether limits are counted there now. */
  get isUp(): boolean {
    return this.parts?.link.isUp ?? false;
  }

  /** How many instances share it; 0: nobody knows. */
  get instances(): number {
    return this.parts?.leases.instances ?? 0;
  }

  /** What counts: Redis, and the local share while it is away; only that without Redis. */
  store(local: LocalShare): LimitStore {
    if (!this.parts) return local;
    this.redisStore = new RedisStore({
      ...this.parts,
      local,
      clock: this.clock,
      newLease: randomUUID,
      clockShiftMs: () => 0,
    });
    return this.redisStore;
  }

  /** What ended is settled, and the others know that this instance is gone. */
  async close(): Promise<void> {
    await this.redisStore?.flush();
    await this.parts?.leases.leave();
    this.parts?.link.close();
  }
}
