import { Pool } from 'undici';
import { remembered } from '../common/remembered.js';
import { guardedConnector } from './upstream-connector.js';
import type { AddressPolicy } from './upstream-address.js';
import { UpstreamExchange, type AnswerSink, type ExchangeTimeouts } from './upstream-exchange.js';

/** What tells one account's connections from another's. */
export interface UpstreamEndpoint {
  readonly id: string;
  readonly verifyTls: boolean;
}

export interface UpstreamRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer | null;
  readonly timeouts: ExchangeTimeouts;
}

interface AccountPool {
  readonly key: string;
  readonly pool: Pool;
}

/** Providers close idle connections after a minute or so; ours go first, so that no request meets a closing one. */
const KEEP_ALIVE_MS = 30_000;
const MAX_HEADER_BYTES = 65_536;

/**
 * Speaks HTTP to upstreams: connections are kept per account, so that no tenant's answer can ever arrive on another's
 * socket. Redirects are not followed and compression is not asked for.
 */
export class UpstreamClient {
  private readonly pools = new Map<string, AccountPool>();

  constructor(
    private readonly policy: AddressPolicy,
    private readonly connectTimeoutMs: number,
  ) {}

  send(
    endpoint: UpstreamEndpoint,
    { method, url, headers, body, timeouts }: UpstreamRequest,
    sink: AnswerSink,
  ): UpstreamExchange {
    const exchange = new UpstreamExchange(sink, timeouts);
    const { origin, path } = parsed(url);
    this.poolFor(endpoint, origin).dispatch(
      {
        method,
        path,
        headers: { ...headers, 'accept-encoding': 'identity' },
        body,
        // UpstreamExchange has its own timers: undici's are only exact to half a second.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      exchange,
    );
    return exchange;
  }

  /** Forgets the connections of accounts that are gone; calls under way end in peace. */
  retain(ids: ReadonlySet<string>): void {
    for (const [id, { pool }] of this.pools) {
      if (ids.has(id)) continue;
      this.pools.delete(id);
      void pool.close();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map(({ pool }) => pool.destroy()));
    this.pools.clear();
  }

  private poolFor({ id, verifyTls }: UpstreamEndpoint, origin: string): Pool {
    const key = `${origin} ${verifyTls}`;
    const existing = this.pools.get(id);
    if (existing?.key === key) return existing.pool;
    void existing?.pool.close();
    const pool = new Pool(origin, {
      connect: guardedConnector({
        policy: this.policy,
        origin: new URL(origin),
        timeoutMs: this.connectTimeoutMs,
        verifyTls,
      }),
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    });
    this.pools.set(id, { key, pool });
    return pool;
  }
}

/** Accounts, operations and, with some providers, models make the addresses: the same ones again and again. */
const parsed = remembered(10_000, (url: string): { origin: string; path: string } => {
  const { origin, pathname, search } = new URL(url);
  return { origin, path: pathname + search };
});
