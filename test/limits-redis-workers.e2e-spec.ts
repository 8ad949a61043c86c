import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, type TestDatabase } from './support/database.js';
import type { Gateway } from './support/gateway.js';
import { RedisServer } from './support/redis-server.js';
import { HELLO_ANSWER, json, Upstream } from './support/upstream.js';
import {
  ADMIN_KEY,
  callAfresh,
  chatAfresh,
  startWorkers,
  workersOf,
} from './support/worker-gateway.js';

const SECRETS = {
  JWT_SECRET: 'Zk3vQw9sLm2xTr7yBn4cHd8fGj1pKa6e',
  ENCRYPTION_KEY: 'Rt5yUi8oPa2sDf4gHj6kLz9xCv1bNm3q',
  API_KEY_PEPPER: 'Wq7eRt2yUi5oPa8sDf3gHj1kLz6xCv4b',
};
const LEASE_MS = 4_000;
/** Two gateways of two workers, each of which is an instance to Redis. */
const INSTANCES = 4;
/** A token costs a tenth of a cent, and HELLO_ANSWER has twelve of them. */
const COST_USD = 0.012;
/** Of a body of a hundred bytes, of which four are taken for a token, and one token that may come back. */
const ESTIMATE_USD = 0.03;

(RedisServer.isAvailable ? describe : describe.skip)(
  'two gateways of two workers on one Redis',
  () => {
    let redis: RedisServer;
    let database: TestDatabase;
    let upstream: Upstream;
    let gateways: Gateway[] = [];
    let inFlight = 0;
    let mostInFlight = 0;

    beforeAll(async () => {
      redis = await RedisServer.start();
      database = await createDatabase();
      upstream = await Upstream.start();
      upstream
        .on('slow', async (response) => {
          mostInFlight = Math.max(mostInFlight, ++inFlight);
          await sleep(60);
          inFlight--;
          json(response, 200, HELLO_ANSWER);
        })
        .on('silent', () => {})
        .otherwise((response) => json(response, 200, HELLO_ANSWER));
      const options = {
        database,
        env: {
          ...SECRETS,
          REDIS_URL: redis.url,
          LIMIT_LEASE_MS: String(LEASE_MS),
          // The deadline is not the subject here, and a busy machine must not make it so.
          REDIS_COMMAND_TIMEOUT_MS: '1000',
        },
        config: `
          providers:
            - { name: one, type: openai, api_base: "${upstream.url}/v1", api_key: k, models: [m, slow, silent] }
          prices:
            m: { input: 1000, output: 1000 }
        `,
      };
      gateways = [await startWorkers(options)];
      gateways.push(await startWorkers(options));
      await untilEach(async (gateway) => (await redisOf(gateway)).instances === INSTANCES);
    });

    afterAll(async () => {
      await Promise.all(gateways.map((gateway) => gateway.stop()));
      await redis?.kill();
      await upstream?.stop();
      await database?.drop();
    });

    it('admit together what a key may have in a minute', async () => {
      const total = await admitted(400, await newKey({ requests_per_minute: 100 }));
      expect(total).toBeGreaterThanOrEqual(100);
      expect(total).toBeLessThanOrEqual(105);
    });

    it('admit together what a key may have at the same time', async () => {
      const key = await newKey({ max_concurrency: 3 });
      expect(await mostAtOnce(key)).toBeLessThanOrEqual(3);
      expect(await admitted(3, key, 'slow')).toBe(3);
    });

    it('spend together no more than a budget and one estimate', async () => {
      const budget = { amount_usd: '0.24', period: 'day' };
      const spent = COST_USD * (await admitted(200, await newKey({ budget })));
      expect(spent).toBeGreaterThan(0.24 - ESTIMATE_USD);
      expect(spent).toBeLessThan(0.24 + ESTIMATE_USD);
    });

    it('give back the place of a worker that was killed, after its lease', async () => {
      const key = await newKey({ max_concurrency: 1 });
      const [gateway, other] = gateways as [Gateway, Gateway];
      const call = chatAfresh(gateway, key, { model: 'silent' }).catch(() => null);
      while (upstream.callsFor('silent').length === 0) await sleep(20);
      const holder = (await workersOf(gateway)).find((worker) => worker.requests_in_flight > 0)!;
      process.kill(holder.pid, 'SIGKILL');
      expect(await call).toBeNull();
      expect((await chatAfresh(other, key, { model: 'm' })).status).toBe(429);
      const since = performance.now();
      while ((await chatAfresh(other, key, { model: 'm' })).status === 429) await sleep(50);
      expect(performance.now() - since).toBeLessThan(LEASE_MS + 1_000);
      await untilEach(async (one) => (await redisOf(one)).instances === INSTANCES);
    });

    it('admit shares when Redis is killed, and share again when it is back', async () => {
      const [requests, places, money] = [
        await newKey({ requests_per_minute: 30 }),
        await newKey({ max_concurrency: 5 }),
        await newKey({ budget: { amount_usd: '0.12', period: 'day' } }),
      ];
      const halfUsed = await newKey({ requests_per_minute: 40 });
      expect(await admitted(20, halfUsed)).toBe(20);
      await redis.kill();
      expect(await admitted(200, requests)).toBe(INSTANCES * Math.ceil(30 / INSTANCES));
      expect(await admitted(200, halfUsed)).toBe(20);
      expect(await mostAtOnce(places)).toBeLessThanOrEqual(INSTANCES * Math.ceil(5 / INSTANCES));
      const spent = COST_USD * (await admitted(200, money));
      expect(spent).toBeGreaterThan(0);
      expect(spent).toBeLessThan(0.12 + INSTANCES * ESTIMATE_USD);
      await untilEach(async (gateway) => (await redisOf(gateway)).status === 'down');

      await redis.restart();
      const since = performance.now();
      await untilEach(async (gateway) => (await redisOf(gateway)).status === 'up');
      expect(performance.now() - since).toBeLessThan(5_000);
      const total = await admitted(400, await newKey({ requests_per_minute: 100 }));
      expect(total).toBeGreaterThanOrEqual(100);
      expect(total).toBeLessThanOrEqual(105);
    });

    /** Until all four workers know it. */
    async function newKey(limits: object): Promise<string> {
      const answer = await gateways[0]!.call('POST', '/api/keys', {
        token: await gateways[0]!.login(),
        body: { name: 'shared', ...limits },
      });
      const token = answer.body.key as string;
      await untilEach(
        async (gateway) =>
          (await callAfresh(gateway, { path: '/v1/models', token })).status === 200,
      );
      return token;
    }

    /** So many calls, to each worker as many as to the others. */
    async function admitted(calls: number, key: string, model = 'm'): Promise<number> {
      const statuses: number[] = [];
      for (let from = 0; from < calls; from += 40) {
        const batch = Array.from({ length: Math.min(40, calls - from) }, (_, index) =>
          chatAfresh(gateways[index % gateways.length]!, key, { model }),
        );
        statuses.push(...(await Promise.all(batch)).map(({ status }) => status));
      }
      expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
      return statuses.filter((status) => status === 200).length;
    }

    /** True four times in a row, of workers that answer in turn: both of each gateway see it. */
    async function untilEach(condition: (gateway: Gateway) => Promise<boolean>): Promise<void> {
      const deadline = performance.now() + 20_000;
      for (const gateway of gateways) {
        for (let seen = 0; seen < 4;) {
          if (await condition(gateway)) seen++;
          else {
            seen = 0;
            if (performance.now() > deadline) throw new Error('not all workers see it');
            await sleep(20);
          }
        }
      }
    }

    async function mostAtOnce(key: string): Promise<number> {
      mostInFlight = 0;
      expect(await admitted(80, key, 'slow')).toBeGreaterThan(0);
      return mostInFlight;
    }
  },
);

interface RedisHealth {
  readonly status: string;
  readonly instances: number;
}

/** As the next worker in turn sees it. */
async function redisOf(gateway: Gateway): Promise<RedisHealth> {
  const { text } = await callAfresh(gateway, { path: '/health/detailed', token: ADMIN_KEY });
  return (JSON.parse(text) as { details: { redis: RedisHealth } }).details.redis;
}
