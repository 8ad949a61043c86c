import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { inParallel } from './replay.js';

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** Monotonic milliseconds. */
  sentAt: number;
  /** To the last byte. */
  latencyMs: number;
}

/** Many clients of one gateway, without the cost that `fetch` would add to what is measured. */
export class Load {
  constructor(
    private readonly gatewayUrl: string,
    private readonly key: string,
    private readonly pool = new Pool(gatewayUrl, { connections: 600, pipelining: 1 }),
  ) {}

  /** The same clients with another key. */
  as(key: string): Load {
    return new Load(this.gatewayUrl, key, this.pool);
  }

  /** A chat call, or what `path` and `fields` make of it. Rejects only where the connection to the gateway breaks. */
  async call(model: string, fields: object = {}, path = '/v1/chat/completions'): Promise<Reply> {
    const sentAt = performance.now();
    const { statusCode, headers, body } = await this.pool.request({
      method: 'POST',
      path,
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model,
        max_tokens: 64,
        messages: [{ role: 'user', content: 'hi' }],
        ...fields,
      }),
      headersTimeout: 60_000,
      bodyTimeout: 60_000,
    });
    const text = await body.text();
    return { status: statusCode, headers, text, sentAt, latencyMs: performance.now() - sentAt };
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }
}

/** So many at a time, each as soon as one before it has ended. */
export async function closedLoop<T>(
  { count, concurrency }: { count: number; concurrency: number },
  call: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  const indices = Array.from({ length: count }, (_, index) => index);
  await inParallel(indices, concurrency, async (index) => {
    results[index] = await call(index);
  });
  return results;
}

/** So many a second, whether those before have ended or not: people do not wait for each other. */
export async function openLoop<T>(
  { perSecond, durationMs }: { perSecond: number; durationMs: number },
  call: (index: number) => Promise<T>,
): Promise<T[]> {
  const calls: Promise<T>[] = [];
  const startedAt = performance.now();
  const count = Math.round((perSecond * durationMs) / 1_000);
  while (calls.length < count) {
    const due = Math.min(count, Math.ceil(((performance.now() - startedAt) * perSecond) / 1_000));
    while (calls.length < due) calls.push(call(calls.length));
    await sleep(2);
  }
  return Promise.all(calls);
}

export function p99(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1]!;
}
