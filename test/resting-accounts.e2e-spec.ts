import { jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gateway } from './support/gateway.js';
import { Load, openLoop, type Reply } from './support/load.js';
import { orderCircuit } from './support/order-circuit.js';
import { HELLO_ANSWER, json, Upstream } from './support/upstream.js';

const KEY = 'a-master-key-for-the-resting';
/** The long originals of shortened tests: `FULL=1`. */
const FULL = process.env['FULL'] === '1';
if (FULL) jest.setTimeout(120_000);
const REST_SECONDS = FULL ? 3 : 1;

describe('an account that must be left alone', () => {
  let first: Upstream;
  let second: Upstream;
  let gateway: Gateway;
  let load: Load;
  let admin: string;

  beforeAll(async () => {
    first = await Upstream.start();
    second = await Upstream.start();
    second.otherwise((response) => json(response, 200, HELLO_ANSWER));
    const dead = [1, 2, 3, 4, 5].map(
      (number) =>
        `          - { name: dead-${number}, type: openai, api_base: "${first.url}", api_key: dead-${number}, models: ["walk-*"] }`,
    );
    gateway = await Gateway.start({
      env: { HEALTH_PROBE_INTERVAL_MS: '0' },
      config: `
        providers:
          - { name: limited, type: openai, api_base: "${first.url}", api_key: limited, models: ["limited-*"] }
          - { name: unpaid, type: openai, api_base: "${first.url}", api_key: unpaid, models: ["quota-*"] }
          - { name: one, type: openai, api_base: "${first.url}", api_key: one, models: ["both"] }
          - { name: two, type: openai, api_base: "${first.url}", api_key: two, models: ["both"] }
          - { name: down-1, type: openai, api_base: "${first.url}", api_key: down-1, models: ["down-*"] }
          - { name: down-2, type: deepseek, api_base: "${second.url}", api_key: down-2, models: ["down-*"] }
${dead.join('\n')}
          - { name: spare, type: openai, api_base: "${second.url}", api_key: spare, priority: 1,
              models: ["limited-*", "quota-*", "walk-*"] }
        master_keys:
          - { name: all, key: "${KEY}" }
      `,
    });
    load = new Load(gateway.url, KEY);
    admin = await gateway.login();
  });

  afterAll(async () => {
    await load?.close();
    await gateway?.stop();
    await Promise.all([first?.stop(), second?.stop()]);
  });

  it('is not asked before the time its Retry-After names, while another one answers at once', async () => {
    const models = Array.from({ length: 9 }, (_, index) => `limited-${index}`);
    const limited = new Set(models);
    first.on('limited-*', (response, { model }) => {
      if (!limited.delete(model!)) return json(response, 200, HELLO_ANSWER);
      response.setHeader('retry-after', String(REST_SECONDS));
      return json(response, 429, { error: { message: 'slow down', type: 'rate_limit_exceeded' } });
    });
    const gaps: number[] = [];
    for (const model of models) {
      expect((await load.call(model)).status).toBe(200);
      const [refused] = first.callsFor(model);
      gaps.push(second.callsFor(model)[0]!.receivedAt - refused!.closedAt!);
    }
    // Nobody slept before asking the other account; most of them, for the machine may stumble now and then.
    expect(gaps.sort((a, b) => a - b)[4]).toBeLessThan(25);
    const last = models.at(-1)!;
    const replies = await openLoop({ perSecond: 40, durationMs: REST_SECONDS * 1_000 + 600 }, () =>
      load.call(last),
    );
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    const [refused, next] = first.callsFor(last);
    const restedMs = next!.receivedAt - refused!.closedAt!;
    expect(restedMs).toBeGreaterThanOrEqual(REST_SECONDS * 1_000 - 5);
    expect(restedMs).toBeLessThan(REST_SECONDS * 1_000 + 600);
  });

  it('is parked whole for a quarter of an hour when its quota is used up', async () => {
    first.on('quota-*', (response) =>
      json(response, 429, {
        error: { message: 'You exceeded your current quota', code: 'insufficient_quota' },
      }),
    );
    expect((await load.call('quota-0')).status).toBe(200);
    const replies = await openLoop({ perSecond: 50, durationMs: FULL ? 60_000 : 1_000 }, (index) =>
      load.call(`quota-${index % 5}`),
    );
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    expect(first.callsWith('unpaid')).toHaveLength(1);
    const account = await statsOf('unpaid');
    expect(account.reason).toBe('quota_exhausted');
    expect(account.retry_in_seconds).toBeGreaterThan(900 - (FULL ? 65 : 10));
    expect(alertsOf('unpaid')).toBe(1);
  });

  it('says the shortest wait when all accounts are limited, and asks none of them again before', async () => {
    first.on('both', (response, { headers }) => {
      response.setHeader('retry-after', headers.authorization === 'Bearer one' ? '20' : '7');
      json(response, 429, { error: { message: 'slow down' } });
    });
    const told = [await load.call('both')];
    const askedAt = performance.now();
    expect(first.callsFor('both')).toHaveLength(2);
    await sleep(1_100);
    told.push(...(await Promise.all([load.call('both'), load.call('both', { stream: true })])));
    for (const reply of told) {
      expect(reply.status).toBe(429);
      const leftSeconds = 7 - (reply.sentAt + reply.latencyMs - askedAt) / 1_000;
      expect(Math.abs(waitOf(reply) - leftSeconds)).toBeLessThanOrEqual(1);
      expect(waitOf(reply)).toBeGreaterThanOrEqual(leftSeconds - 0.1);
    }
    expect(first.callsFor('both')).toHaveLength(2);
  });

  it('is walked past when its credential is dead, once, and no client sees a 401', async () => {
    first.on('walk-*', (response) =>
      json(response, 401, { error: { message: 'Incorrect API key', code: 'invalid_api_key' } }),
    );
    const reply = await load.call('walk-1');
    expect([reply.status, reply.headers['x-gateway-account']]).toEqual([200, 'spare']);
    expect(reply.headers['x-gateway-attempts']).toBe('6');
    const more = await Promise.all([1, 2, 3, 4].map((number) => load.call(`walk-${number}`)));
    expect(more.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    for (const number of [1, 2, 3, 4, 5]) {
      expect(first.callsWith(`dead-${number}`)).toHaveLength(1);
      expect((await statsOf(`dead-${number}`)).reason).toBe('credential_rejected');
      expect(alertsOf(`dead-${number}`)).toBe(1);
    }
  });

  describe('with both providers down at 200 requests a second', () => {
    const durationMs = FULL ? 30_000 : 4_000;
    const callsSent = (model: string): number =>
      first.callsFor(model).length + second.callsFor(model).length;

    beforeAll(() => {
      for (const upstream of [first, second]) {
        upstream.on('down-*', (response) => json(response, 503, { error: { message: 'down' } }));
      }
    });

    it('the retry budget alone keeps it to 1.25 calls a request', async () => {
      for (const name of ['down-1', 'down-2']) await orderCircuit(gateway, name, 'disabled');
      const replies = await openLoop({ perSecond: 200, durationMs }, () =>
        load.call('down-budget'),
      );
      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([503]));
      const calls = callsSent('down-budget');
      expect(calls).toBeGreaterThanOrEqual(replies.length);
      expect(calls).toBeLessThanOrEqual(replies.length * 1.25);
    });

    it('the circuits let next to nothing through, and refuse at once with the time to wait', async () => {
      for (const name of ['down-1', 'down-2']) await orderCircuit(gateway, name, 'auto');
      const replies = await openLoop({ perSecond: 200, durationMs: 2_000 }, () =>
        load.call('down-circuit'),
      );
      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([503]));
      expect(callsSent('down-circuit')).toBeLessThan(replies.length * 0.1);
      const refused = replies.slice(-100);
      expect(refused.every((reply) => waitOf(reply) >= 1)).toBe(true);
    });
  });

  const waitOf = ({ headers }: Reply): number => Number(headers['retry-after']);

  /** Accounts that only a person can mend are told of once. */
  const alertsOf = (name: string): number =>
    gateway.logs
      .split('\n')
      .filter((line) => line.includes('needs a person') && line.includes(`"account":"${name}"`))
      .length;

  async function statsOf(name: string) {
    const { body } = await gateway.call('GET', '/v1/routing/stats', { token: admin });
    return body.accounts.find((one: { account_name: string }) => one.account_name === name);
  }
});
