import { setTimeout as sleep } from 'node:timers/promises';
import type { Gateway } from './gateway.js';

/**
 * Chat calls at a steady rate, each with an id of its own that the upstream and the usage record get to
 * see.
 */
export class SteadyLoad {
  /** By id; a call whose connection broke has none. */
  readonly statuses = new Map<string, number>();
  /** Of the calls that were answered, whole answer included. */
  readonly latenciesMs: number[] = [];
  private readonly calls: Promise<void>[] = [];
  private stopped = false;
  private readonly running: Promise<void>;

  constructor(
    private readonly gateway: Gateway,
    private readonly key: string,
    private readonly name: string,
    perSecond: number,
    /** Every second call asks for a stream. */
    private readonly streams = false,
  ) {
    this.running = this.run(perSecond);
  }

  /** Resolves when the last call has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
    await Promise.all(this.calls);
  }

  private async run(perSecond: number): Promise<void> {
    const startedAt = performance.now();
    for (let index = 0; !this.stopped; index++) {
      const aheadMs = (index * 1_000) / perSecond - (performance.now() - startedAt);
      if (aheadMs > 1) await sleep(aheadMs);
      this.calls.push(this.call(`${this.name}-${index}`, this.streams && index % 2 === 0));
    }
  }

  private async call(id: string, stream: boolean): Promise<void> {
    const sentAt = performance.now();
    try {
      const { status } = await this.gateway.call('POST', '/v1/chat/completions', {
        token: this.key,
        body: { model: 'm', messages: [{ role: 'user', content: id }], user: id, stream },
      });
      this.latenciesMs.push(performance.now() - sentAt);
      this.statuses.set(id, status);
    } catch {
      // The gateway was killed under it.
    }
  }
}

/** The id of a call that an upstream received. */
export function loadId(body: Buffer): string {
  return (JSON.parse(body.toString('utf8')) as { user: string }).user;
}
