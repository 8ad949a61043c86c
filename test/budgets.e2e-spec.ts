import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, type TestDatabase } from './support/database.js';
import { Gateway } from './support/gateway.js';
import { HELLO_ANSWER, json, Upstream } from './support/upstream.js';

const WEBHOOK_SECRET = 'a-secret-for-the-webhook-of-the-test';
const SECRETS = {
  JWT_SECRET: 'Zk3vQw9sLm2xTr7yBn4cHd8fGj1pKa6e',
  ENCRYPTION_KEY: 'Rt5yUi8oPa2sDf4gHj6kLz9xCv1bNm3q',
  API_KEY_PEPPER: 'Wq7eRt2yUi5oPa8sDf3gHj1kLz6xCv4b',
};

/** A token costs a tenth of a cent, and HELLO_ANSWER has twelve of them. */
const COST_USD = 0.012;

describe('budgets', () => {
  let database: TestDatabase;
  let upstream: Upstream;
  let receiver: Upstream;
  let gateway: Gateway;
  let admin: string;
  let refusals = 2;

  const start = (): Promise<Gateway> =>
    Gateway.start({
      database,
      env: {
        ...SECRETS,
        BUDGET_WEBHOOK_URL: `${receiver.url}/events`,
        BUDGET_WEBHOOK_SECRET: WEBHOOK_SECRET,
        BUDGET_THRESHOLDS: '50,90',
      },
      config: `
        providers:
          - { name: one, type: openai, api_base: "${upstream.url}", api_key: sk-upstream }
        prices:
          priced: { input: 1000, output: 1000 }
      `,
    });

  beforeAll(async () => {
    database = await createDatabase();
    upstream = await Upstream.start();
    upstream.otherwise((response) => json(response, 200, HELLO_ANSWER));
    receiver = await Upstream.start();
    receiver.otherwise((response) => json(response, refusals-- > 0 ? 503 : 204, {}));
    gateway = await start();
    admin = await gateway.login();
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
    await receiver?.stop();
    await database?.drop();
  });

  const newKey = async (amount: string, period: string, token = admin) => {
    const body = { name: 'with a budget', budget: { amount_usd: amount, period } };
    return (await gateway.call('POST', '/api/keys', { token, body })).body as {
      id: string;
      key: string;
    };
  };
  const chat = (token: string, maxTokens = 5) =>
    gateway.call('POST', '/v1/chat/completions', {
      token,
      body: { model: 'priced', max_tokens: maxTokens, messages: [] },
    });

  it('stops a key that has spent its own, and says that no retry helps', async () => {
    const { key } = await newKey('0.03', 'day');
    for (let i = 0; i < 3; i++) expect((await chat(key)).status).toBe(200);
    const { status, body, headers } = await chat(key);
    expect([status, body.error]).toEqual([
      429,
      {
        message: 'this API key has reached its limit of 0.03 USD per day',
        type: 'insufficient_quota',
        param: null,
        code: 'budget_exceeded',
      },
    ]);
    expect(headers.get('x-should-retry')).toBe('false');
    const retryAfter = Number(headers.get('retry-after'));
    const midnight = new Date().setUTCHours(24, 0, 0, 0);
    expect(Math.abs(retryAfter * 1_000 - (midnight - Date.now()))).toBeLessThan(5_000);
  });

  it('is not raced past', async () => {
    const { key } = await newKey('0.10', 'total');
    const answers = await Promise.all(Array.from({ length: 40 }, () => chat(key, 10)));
    const admitted = answers.filter(({ status }) => status === 200).length;
    const refused = answers.filter(({ body }) => body.error?.code === 'budget_exceeded').length;
    expect(admitted + refused).toBe(40);
    expect(admitted).toBeGreaterThan(0);
    expect(admitted * COST_USD).toBeLessThan(0.1 + 0.04);
  });

  it('blocks a key with nothing to spend', async () => {
    const { key } = await newKey('0', 'month');
    expect((await chat(key)).status).toBe(429);
  });

  it('counts all keys of a user together', async () => {
    const login = { username: 'thrifty.user', password: 'a long enough password' };
    const body = { ...login, budget: { amount_usd: '0.03', period: 'month' } };
    expect((await gateway.call('POST', '/api/users', { token: admin, body })).status).toBe(201);
    const token = await gateway.login(login);
    const [one, two] = [await newKey('9', 'day', token), await newKey('9', 'week', token)];
    const statuses: number[] = [];
    for (const { key } of [one, two, one, two]) statuses.push((await chat(key)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const { body: refused } = await chat(one.key);
    expect(refused.error.message).toContain("this API key's owner has reached");
  });

  it('knows after kill -9 what was spent before', async () => {
    const { key } = await newKey('0.03', 'week');
    for (let i = 0; i < 3; i++) expect((await chat(key)).status).toBe(200);
    await sleep(1_000);
    await gateway.kill();
    gateway = await start();
    admin = await gateway.login();
    expect((await chat(key)).body.error.code).toBe('budget_exceeded');
  });

  it('tells the webhook once of each threshold, signed, until it is heard', async () => {
    receiver.calls.length = 0;
    refusals = 1;
    const { id, key } = await newKey('0.024', 'month');
    await chat(key);
    await chat(key);
    const until = Date.now() + 10_000;
    while (receiver.calls.length < 3 && Date.now() < until) await sleep(20);
    await sleep(200);
    const events = receiver.calls.map(({ body, headers }) => {
      const [, seconds, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(
        String(headers['x-gateway-signature']),
      )!;
      const signed = createHmac('sha256', WEBHOOK_SECRET).update(`${seconds}.${body.toString()}`);
      expect(mac).toBe(signed.digest('hex'));
      return JSON.parse(body.toString()) as Record<string, unknown>;
    });
    expect(events.map((event) => event['threshold_percent'])).toEqual([50, 90, 50]);
    expect(events[0]).toEqual(events[2]);
    expect(events[0]).toMatchObject({
      type: 'budget.threshold_reached',
      scope: 'key',
      owner_id: id,
      name: 'with a budget',
      period: 'month',
      amount_usd: '0.024',
      spent_usd: '0.012',
    });
    expect(gateway.logs).toContain('is spent to 50 percent');
    const { text } = await gateway.call('GET', '/metrics');
    expect(text).toContain(
      'llm_proxy_budget_thresholds_total{scope="key",period="month",percent="50"} 1',
    );
  });
});
