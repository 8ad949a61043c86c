import { jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, type TestDatabase } from './support/database.js';
import { Gateway } from './support/gateway.js';
import { Load, openLoop, p99, type Reply } from './support/load.js';
import { orderCircuit } from './support/order-circuit.js';
import { residentBytes } from './support/process-usage.js';
import { RedisServer } from './support/redis-server.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { HELLO_ANSWER, json, Upstream, type Behaviour } from './support/upstream.js';

/** The long originals of shortened tests: `FULL=1`. */
const FULL = process.env['FULL'] === '1';
const OUTAGE_MS = Number(process.env['EVERYTHING_AWAY_MS'] ?? (FULL ? 600_000 : 5_000));
const REQUESTS_PER_SECOND = 50;
const MAX_RECOVERY_MS = 30_000;
const MEGABYTE = 1_048_576;
const MESSAGES = [{ role: 'user', content: 'hi' }];

jest.setTimeout(60_000 + OUTAGE_MS + MAX_RECOVERY_MS);

const hello: Behaviour = (response) => json(response, 200, HELLO_ANSWER);
let failures = 0;
const fail: Behaviour = (response) => {
  if (++failures % 3 === 0) response.destroy();
  else json(response, failures % 3 === 1 ? 500 : 503, { error: { message: 'broken' } });
};

(process.platform === 'linux' ? describe : describe.skip)(
  'while every upstream fails, PostgreSQL is away and Redis hangs',
  () => {
    let database: TestDatabase;
    let wire: TcpProxy;
    let redis: RedisServer | null = null;
    let upstream: Upstream;
    let gateway: Gateway;
    let load: Load;

    beforeAll(async () => {
      database = await createDatabase();
      wire = await TcpProxy.start(database.url);
      if (RedisServer.isAvailable) redis = await RedisServer.start();
      upstream = await Upstream.start();
      upstream.otherwise(hello);
      gateway = await Gateway.start({
        database,
        env: {
          DATABASE_URL: wire.url,
          ...(redis && { REDIS_URL: redis.url }),
        },
        config: `
          providers:
            - { name: one, type: openai, api_base: "${upstream.url}", api_key: k1, models: ["given-up"] }
            - { name: two, type: openai, api_base: "${upstream.url}", api_key: k2, models: ["given-up"] }
            - { name: three, type: openai, api_base: "${upstream.url}", api_key: k3, models: ["asked"] }
        `,
      });
      await orderCircuit(gateway, 'three', 'disabled');
      load = new Load(gateway.url, await newKey());
    });

    afterAll(async () => {
      redis?.thaw();
      await load?.close();
      await gateway?.stop();
      await Promise.all([redis?.kill(), wire?.stop(), upstream?.stop()]);
      await database?.drop();
    });

    it('calls are refused at once, little is kept or logged, and all is well again afterwards', async () => {
      // What a process that has just started needs for its first calls is no matter of the outage.
      const before = await openLoop({ perSecond: 200, durationMs: 1_000 }, callEither);
      expect(new Set(before.map(({ status }) => status))).toEqual(new Set([200]));

      upstream.otherwise(fail);
      wire.refuse();
      redis?.freeze();
      const loggedBefore = Buffer.byteLength(gateway.logs);
      const asked = upstream.calls.length;
      const memory = watchMemory(gateway.pid);
      const during = await openLoop(
        { perSecond: REQUESTS_PER_SECOND, durationMs: OUTAGE_MS },
        callEither,
      );
      const grownMb = (await memory.growth()) / MEGABYTE;
      const loggedBytes = (Buffer.byteLength(gateway.logs) - loggedBefore) / during.length;
      expect((await gateway.call('GET', '/health/live')).status).toBe(200);
      const { body: health } = await gateway.call('GET', '/health/detailed');
      expect(health.details).toMatchObject({
        database: { status: 'down' },
        ...(redis && { redis: { status: 'down' } }),
      });
      const attempts = upstream.calls.length - asked;

      upstream.otherwise(hello);
      wire.mend();
      redis?.thaw();
      const backAt = performance.now();
      const after: Reply[] = [];
      await eventually(async () => {
        after.push(await call('given-up'));
        return after.at(-1)!.status === 200;
      });
      const all = [...before, ...during, ...after].map(({ headers }) => headers['x-request-id']);
      await eventually(async () => (await gateway.call('GET', '/health/ready')).status === 200);
      await eventually(async () => (await gateway.call('GET', '/health/detailed')).status === 200);
      await eventually(async () => (await recorded(all)) === all.length);
      const recoveryMs = performance.now() - backAt;

      const latencies = during.map(({ latencyMs }) => latencyMs);
      console.log(
        `${during.length} calls, ${attempts} attempts, ${redis ? 'Redis hung' : 'no Redis'}: ` +
          `p99 ${p99(latencies).toFixed(0)} ms, max ${Math.max(...latencies).toFixed(0)} ms, ` +
          `memory +${grownMb.toFixed(1)} MB, log ${loggedBytes.toFixed(0)} B per call, ` +
          `back after ${recoveryMs.toFixed(0)} ms`,
      );
      const refusals = new Set(during.map(({ status }) => status));
      expect([...refusals].filter((status) => ![429, 502, 503].includes(status))).toEqual([]);
      expect(attempts).toBeGreaterThan(during.length / 3);
      expect(p99(latencies)).toBeLessThan(1_000);
      expect(Math.max(...latencies)).toBeLessThan(3_000);
      expect(grownMb).toBeLessThan(50);
      expect(loggedBytes).toBeLessThan(2_048);
      expect(recoveryMs).toBeLessThan(MAX_RECOVERY_MS);
      expect(new Set(all).size).toBe(all.length);
      expect(await gateway.stop()).toBe(0);
    });

    /** Its limits hold nobody back, but have to be asked for. */
    async function newKey(): Promise<string> {
      const { body } = await gateway.call('POST', '/api/keys', {
        token: await gateway.login(),
        body: { name: 'k', requests_per_minute: 1_000_000, max_concurrency: 1_000 },
      });
      return body.key as string;
    }

    /** Of one model the circuits open; for the other one the upstream is asked every time. */
    function callEither(index: number): Promise<Reply> {
      return call(index % 2 ? 'given-up' : 'asked');
    }

    function call(model: string): Promise<Reply> {
      return load.call(model, { messages: MESSAGES });
    }

    async function recorded(ids: unknown[]): Promise<number> {
      const [row] = await database.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM usage_records WHERE id = ANY($1::uuid[])',
        [ids],
      );
      return row!.n;
    }
  },
);

/** How far a process gets above what it has now. */
function watchMemory(pid: number): { growth(): Promise<number> } {
  let isOver = false;
  const watched = (async () => {
    const atFirst = await residentBytes(pid);
    let most = atFirst;
    while (!isOver) {
      most = Math.max(most, await residentBytes(pid));
      await sleep(100);
    }
    return most - atFirst;
  })();
  return {
    growth: () => {
      isOver = true;
      return watched;
    },
  };
}

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + MAX_RECOVERY_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('not in time');
    await sleep(50);
  }
}
