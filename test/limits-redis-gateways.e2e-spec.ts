import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, type TestDatabase } from './support/database.js';
import { Gateway } from './support/gateway.js';
import { RedisServer } from './support/redis-server.js';
import { HELLO_ANSWER, json, Upstream } from './support/upstream.js';

const SECRETS = {
  JWT_SECRET: 'Zk3vQw9sLm2xTr7yBn4cHd8fGj1pKa6e',
  ENCRYPTION_KEY: 'Rt5yUi8oPa2sDf4gHj6kLz9xCv1bNm3q',
  API_KEY_PEPPER: 'Wq7eRt2yUi5oPa8sDf3gHj1kLz6xCv4b',
};
const INSTANCES = 3;

(RedisServer.isAvailable ? describe : describe.skip)('three gateways on one Redis', () => {
  let server: RedisServer;
  let database: TestDatabase;
  let upstream: Upstream;
  let gateways: Gateway[] = [];
  let admin: string;

  beforeAll(async () => {
    server = await RedisServer.start();
    database = await createDatabase();
    upstream = await Upstream.start();
    upstream.otherwise((response) => json(response, 200, HELLO_ANSWER));
    const options = {
      database,
      env: {
        ...SECRETS,
        REDIS_URL: server.url,
        LIMIT_LEASE_MS: '4000',
        // The deadline is not the subject here, and a busy machine must not make it so.
        REDIS_COMMAND_TIMEOUT_MS: '1000',
      },
    };
    gateways = [await Gateway.start(options)];
    gateways.push(...(await Promise.all([Gateway.start(options), Gateway.start(options)])));
    admin = await gateways[0]!.login();
    await gateways[0]!.call('POST', '/api/upstream-accounts', {
      token: admin,
      body: { name: 'one', provider: 'openai', base_url: upstream.url, api_key: 'sk-upstream' },
    });
  });

  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await server?.kill();
    await upstream?.stop();
    await database?.drop();
  });

  const newKey = async (limits: object): Promise<string> => {
    const body = { name: 'shared', ...limits };
    const answer = await gateways[0]!.call('POST', '/api/keys', { token: admin, body });
    // Until the others have heard of it.
    for (const gateway of gateways) {
      const token = answer.body.key as string;
      while ((await gateway.call('GET', '/v1/models', { token })).status === 401) await sleep(20);
    }
    return answer.body.key as string;
  };
  const chat = (index: number, token: string) =>
    gateways[index % INSTANCES]!.call('POST', '/v1/chat/completions', {
      token,
      body: { model: 'hello', messages: [] },
    });
  const admitted = async (calls: number, token: string): Promise<number> => {
    const statuses: number[] = [];
    for (let from = 0; from < calls; from += 60) {
      const batch = Array.from({ length: 60 }, (_, index) => chat(index, token));
      statuses.push(...(await Promise.all(batch)).map(({ status }) => status));
    }
    expect(statuses.every((status) => status === 200 || status === 429)).toBe(true);
    return statuses.filter((status) => status === 200).length;
  };
  const degraded = async (gateway: Gateway): Promise<boolean> =>
    (await gateway.call('GET', '/metrics')).text.includes(
      'llm_proxy_degraded{component="redis"} 1',
    );

  it('admit 100 of 600 calls in a minute', async () => {
    const total = await admitted(600, await newKey({ requests_per_minute: 100 }));
    expect(total).toBeGreaterThanOrEqual(100);
    expect(total).toBeLessThanOrEqual(105);
  });

  it('know of each other', async () => {
    for (const gateway of gateways) {
      let redis: unknown;
      const until = Date.now() + 5_000;
      do {
        redis = (await gateway.call('GET', '/health/detailed')).body.details.redis;
        await sleep(50);
      } while ((redis as { instances: number }).instances !== INSTANCES && Date.now() < until);
      expect(redis).toEqual({ status: 'up', instances: INSTANCES });
    }
  });

  it('admit shares without it, and share again when it is back', async () => {
    const key = await newKey({ requests_per_minute: 100 });
    await server.kill();
    const total = await admitted(600, key);
    expect(total).toBeGreaterThanOrEqual(100);
    expect(total).toBeLessThanOrEqual(INSTANCES * Math.ceil(100 / INSTANCES));
    for (const gateway of gateways) expect(await degraded(gateway)).toBe(true);
    const { status, body } = await gateways[0]!.call('GET', '/health/detailed');
    expect([status, body.details.redis.status]).toEqual([503, 'down']);
    await server.restart();
    const since = Date.now();
    for (const gateway of gateways) while (await degraded(gateway)) await sleep(20);
    expect(Date.now() - since).toBeLessThan(5_000);
    const shared = await admitted(600, await newKey({ requests_per_minute: 100 }));
    expect(shared).toBeGreaterThanOrEqual(100);
    expect(shared).toBeLessThanOrEqual(105);
  });
});
