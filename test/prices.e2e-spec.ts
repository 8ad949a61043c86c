import { setTimeout as sleep } from 'node:timers/promises';
import { NO_USAGE } from '../src/protocols/token-usage.js';
import { ADMIN, Gateway } from './support/gateway.js';
import { HELLO_ANSWER, json, Upstream } from './support/upstream.js';
import { forgetRecords, insertRecords, usageRecord } from './support/usage-record.js';

const KEY = 'a-master-key-for-the-prices';
const NOON = Date.parse('2026-11-10T12:00:00Z');
const RANGE = { from: '2026-11-10T00:00:00Z', to: '2026-11-11T00:00:00Z' };

describe('prices', () => {
  let upstream: Upstream;
  let gateway: Gateway;
  let admin: string;

  beforeAll(async () => {
    upstream = await Upstream.start();
    upstream.otherwise((response) => json(response, 200, HELLO_ANSWER));
    gateway = await Gateway.start({
      config: `
        providers:
          - { name: own, type: openai-compatible, api_base: "${upstream.url}", api_key: k }
        master_keys:
          - { name: all, key: "${KEY}" }
        prices: { "from-the-file": { input: "1", output: "1" } }
      `,
    });
    admin = await gateway.login(ADMIN);
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  beforeEach(async () => {
    await forgetRecords(gateway.database);
    await gateway.database.query('DELETE FROM prices');
  });

  const post = (path: string, body: object) =>
    gateway.call('POST', `/api/prices${path}`, { token: admin, body });
  const summary = async (query: Record<string, string> = {}) =>
    (
      await gateway.call(
        'GET',
        `/api/stats/summary?${new URLSearchParams({ ...RANGE, ...query })}`,
        {
          token: admin,
        },
      )
    ).body;

  it('that are set hold for the next request', async () => {
    const before = await costOfCall('mine');
    expect(before).toMatchObject({ cost_usd: null, price_source: null });
    expect(gateway.logs).toContain('no price is known for openai-compatible/mine');
    expect((await gateway.call('GET', '/metrics')).text).toContain(
      'llm_proxy_unpriced_requests_total{provider="openai-compatible",model="mine"} 1',
    );
    const { status, body } = await post('', { model: 'mine', input: '2', output: '10.50' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ model: 'mine', input: '2', output: '10.50', tiers: [] });
    // 9 × 2 + 3 × 10.5 = 49.5 millionths
    expect(await costOfCall('mine')).toMatchObject({
      cost_usd: '0.0000495',
      price_source: 'override',
    });
    await gateway.call('DELETE', `/api/prices/${body.id}`, { token: admin });
    await eventually(async () => (await costOfCall('mine')).cost_usd === null);
    const { data } = (await gateway.call('GET', '/api/audit?limit=5', { token: admin })).body;
    expect(data.map(({ action }: { action: string }) => action)).toEqual(
      expect.arrayContaining(['price.create', 'price.delete']),
    );
  });

  it('are listed, newest first', async () => {
    for (const model of ['one', 'two', 'three']) await post('', { model, input: '1' });
    const first = (await gateway.call('GET', '/api/prices?limit=2', { token: admin })).body;
    expect(first.data.map(({ model }: { model: string }) => model)).toEqual(['three', 'two']);
    const path = `/api/prices?limit=2&cursor=${first.next_cursor}`;
    const second = (await gateway.call('GET', path, { token: admin })).body;
    expect(second).toMatchObject({ data: [{ model: 'one' }], next_cursor: null });
  });

  it.each([
    [409, 'model', { model: 'from-the-file', input: '1' }],
    [400, 'input', { model: 'm' }],
    [400, 'input', { model: 'm', input: '-1' }],
    [400, 'input', { model: 'm', input: '1e9' }],
    [400, 'model', { input: '1' }],
    [400, 'valid_from', { model: 'm', input: '1', valid_from: 'soon' }],
  ])('are refused with %i for %s when they are %j', async (status, param, body) => {
    const answer = await post('', body);
    expect([answer.status, answer.body.error.param]).toEqual([status, param]);
  });

  it('cannot be set twice from the same time on', async () => {
    const price = { model: 'm', input: '1', valid_from: RANGE.from };
    expect((await post('', price)).status).toBe(201);
    expect((await post('', price)).body.error).toMatchObject({ param: 'valid_from' });
  });

  describe('set later', () => {
    beforeEach(async () => {
      // 100 in and 20 out each.
      await insertRecords(gateway.database, [
        usageRecord({ startedAt: NOON - 1, model: 'm', costNanoUsd: 1_000n }),
        usageRecord({ startedAt: NOON, model: 'm', costNanoUsd: 1_000n, tags: ['a', 'b'] }),
        usageRecord({ startedAt: NOON + 1, model: 'm', costNanoUsd: null }),
        usageRecord({ startedAt: NOON + 2, model: 'never-priced', costNanoUsd: null }),
        usageRecord({ startedAt: NOON + 86_400_000, model: 'm', costNanoUsd: 5n }),
      ]);
      await post('', { model: 'm', input: '1', output: '1', valid_from: '2026-11-10T12:00:00Z' });
      await post('', { model: 'm', input: '0.01', output: '0', valid_from: '2026-01-01' });
    });

    it('change nothing by themselves', async () => {
      expect((await summary()).totals).toMatchObject({
        cost_usd: '0.000002',
        unpriced_requests: 2,
      });
    });

    it('are told of before they are applied', async () => {
      const { body } = await post('/reprice', { ...RANGE, dry_run: true });
      // 1,000 → 1,000, 1,000 → 120,000, nothing → 120,000
      expect(body).toEqual({
        examined: 4,
        adjusted: 2,
        difference_usd: '0.000239',
        next_from: null,
      });
      expect((await summary()).totals.cost_usd).toBe('0.000002');
    });

    it('are applied beside the records and in every sum, once', async () => {
      expect((await post('/reprice', RANGE)).body).toMatchObject({ adjusted: 2 });
      expect((await post('/reprice', RANGE)).body).toMatchObject({
        examined: 4,
        adjusted: 0,
        difference_usd: '0.00',
      });
      const expected = { requests: 4, cost_usd: '0.000241', unpriced_requests: 1 };
      const byTag = await summary({ group_by: 'tag' });
      const odd = { from: '2026-11-10T11:30:00Z', to: '2026-11-10T12:30:00Z' };
      const queries: Record<string, string>[] = [
        {},
        { provider: 'openai' },
        { group_by: 'hour' },
        odd,
      ];
      for (const query of queries) {
        expect((await summary(query)).totals).toMatchObject(expected);
      }
      expect(byTag.data).toMatchObject([
        { group: null, requests: 3, cost_usd: '0.000121' },
        { group: 'a', requests: 1, cost_usd: '0.00012' },
        { group: 'b', requests: 1, cost_usd: '0.00012' },
      ]);
      const { data } = (
        await gateway.call('GET', `/api/stats/requests?${new URLSearchParams(RANGE)}`, {
          token: admin,
        })
      ).body;
      expect(
        data.map((row: Record<string, unknown>) => [row['cost_usd'], row['adjustment_usd']]),
      ).toEqual([
        [null, null],
        [null, '0.00012'],
        ['0.000001', '0.000119'],
        ['0.000001', null],
      ]);
    });
  });

  it('hold for searches of the web, also when they are set later', async () => {
    const usage = { ...NO_USAGE, inputTokens: 100, serverTools: { webSearches: 2, webFetches: 1 } };
    await insertRecords(gateway.database, [
      usageRecord({ startedAt: NOON, model: 'm', usage, costNanoUsd: 1_000n }),
    ]);
    const valid_from = RANGE.from;
    await post('', { model: 'm', input: '1', output: '1', web_search: '10', valid_from });
    // 100 millionths and 2 × 10 thousandths, less what it was
    expect((await post('/reprice', RANGE)).body.difference_usd).toBe('0.020099');
    const path = `/api/stats/requests?${new URLSearchParams(RANGE)}`;
    const { data } = (await gateway.call('GET', path, { token: admin })).body;
    expect(data).toMatchObject([{ web_searches: 2, adjustment_usd: '0.020099' }]);
  });

  async function costOfCall(model: string): Promise<Record<string, unknown>> {
    const answer = await gateway.call('POST', '/v1/chat/completions', {
      token: KEY,
      body: { model, messages: [{ role: 'user', content: 'hi' }] },
    });
    const path = `/api/stats/requests/${answer.headers.get('x-request-id')}`;
    let record = await gateway.call('GET', path, { token: admin });
    for (let tries = 0; record.status !== 200 && tries < 100; tries++) {
      await sleep(20);
      record = await gateway.call('GET', path, { token: admin });
    }
    return record.body as Record<string, unknown>;
  }

  async function eventually(condition: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 50; tries++) if (await condition()) return;
    throw new Error('not in time');
  }
});
