import type { RedisLink } from './redis-link.js';
import { INSTANCES_KEY, keysOf, leaseMember } from './redis-claim.js';
import { RENEW } from './redis-scripts.js';
import type { Claim } from './limit.js';

/** Leases renewed by one script: Redis does nothing else meanwhile. */
const BATCH = 200;
/** Instances that start again one by one after Redis has lost everything must not look like fewer than there are. */
const REMEMBERED_COUNTS = 3;

interface Lease {
  readonly keys: [string, string];
  readonly member: string;
}

/** Keeps the leases of running requests from expiring, and knows by the same word how many instances do so. */
export class RedisLeases {
  private readonly running = new Map<string, readonly Lease[]>();
  private counts: number[] = [];
  private timer: NodeJS.Timeout | null = null;

  /** @param clockShiftMs see RedisStore */
  constructor(
    private readonly link: RedisLink,
    private readonly options: { instanceId: string; leaseMs: number; clockShiftMs(): number },
  ) {}

  /** How many instances there were lately; 0 when Redis has never told. */
  get instances(): number {
    return Math.max(0, ...this.counts);
  }

  /** Four renewals a lease: three may fail. */
  async start(): Promise<void> {
    await this.renew();
    this.timer = setInterval(() => void this.renew(), this.options.leaseMs / 4).unref();
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** The end of this instance: the others may have its share. Never throws. */
  async leave(): Promise<void> {
    this.stop();
    if (!this.link.isUp) return;
    await this.link.command(['ZREM', INSTANCES_KEY, this.options.instanceId]).catch(() => null);
  }

  add(lease: string, claims: readonly Claim[]): void {
    const leases = claims.flatMap((claim) => {
      const member = leaseMember(claim, lease);
      return member === null ? [] : [{ keys: keysOf(claim), member }];
    });
    if (leases.length) this.running.set(lease, leases);
  }

  remove(lease: string): void {
    this.running.delete(lease);
  }

  /** Never throws: while Redis is away there is nothing to renew. */
  async renew(): Promise<void> {
    if (!this.link.isUp) return;
    const { instanceId, leaseMs } = this.options;
    const words = [this.options.clockShiftMs(), instanceId, leaseMs, leaseMs].map(String);
    const waiting = [...this.running.keys()];
    let isFirst = true;
    do {
      const batch = this.nextBatch(waiting);
      const keys = [INSTANCES_KEY, ...batch.flatMap(({ keys: both }) => both)];
      const members = batch.map(({ member }) => member);
      const count = await this.link.run(RENEW, keys, [...words, ...members]).catch(() => null);
      if (count === null) return;
      if (isFirst) this.counts = [Number(count), ...this.counts].slice(0, REMEMBERED_COUNTS);
      isFirst = false;
    } while (waiting.length > 0);
  }

  /** Only what runs now: a lease that ended while the batches before were under way would come back for nobody. */
  private nextBatch(waiting: string[]): Lease[] {
    const batch: Lease[] = [];
    while (waiting.length > 0 && batch.length < BATCH) {
      batch.push(...(this.running.get(waiting.pop()!) ?? []));
    }
    return batch;
  }
}
