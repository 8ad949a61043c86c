import { formatUsd } from '../src/common/money.js';
import { uuidv7 } from '../src/common/request-id.js';
import { NO_USAGE } from '../src/protocols/token-usage.js';
import type { UsageRecord } from '../src/stats/usage-record.js';
import { ADMIN, Gateway, USER } from './support/gateway.js';
import {
  ACCOUNT_ID,
  forgetRecords,
  insertRecords,
  KEY_ID,
  usageRecord,
} from './support/usage-record.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const OTHER_KEY_ID = '00000000-0000-4000-8000-00000000000c';
/** A day of their own for records that only one test looks at. */
const QUIET = Date.parse('2026-01-10T00:00:00Z');

describe('GET /api/stats/summary', () => {
  let gateway: Gateway;
  let admin: string;
  let user: string;
  let userId: string;

  beforeAll(async () => {
    gateway = await Gateway.start();
    admin = await gateway.login(ADMIN);
    user = await gateway.login(USER);
    userId = (await gateway.call('GET', '/api/auth/me', { token: user })).body.id;
  });

  afterAll(async () => {
    await gateway.stop();
  });

  beforeEach(async () => {
    await forgetRecords(gateway.database);
  });

  it('adds up every bucket, exactly', async () => {
    const usage = {
      inputTokens: 1,
      cacheReadTokens: 2,
      cacheWriteTokens: 3,
      cacheWrite1hTokens: 4,
      inputAudioTokens: 5,
      outputTokens: 6,
      reasoningTokens: 7,
      outputAudioTokens: 8,
    };
    await insert(
      usageRecord({ usage, costNanoUsd: 9_007_199_254_740_993n, latencyMs: 100 }),
      usageRecord({ usage, costNanoUsd: 1n, latencyMs: 200, timeToFirstTokenMs: null }),
    );
    const { status, body } = await summary(admin);
    expect(status).toBe(200);
    expect(body.totals).toEqual({
      requests: 2,
      errors: 0,
      input_tokens: 2,
      cache_read_tokens: 4,
      cache_write_tokens: 6,
      cache_write_1h_tokens: 8,
      input_audio_tokens: 10,
      output_tokens: 12,
      reasoning_tokens: 14,
      output_audio_tokens: 16,
      total_tokens: 72,
      cost_usd: '9007199.254740994',
      unpriced_requests: 0,
      latency_ms: { p50: near(100), p90: near(200), p99: near(200) },
      time_to_first_token_ms: { p50: near(80), p90: near(80), p99: near(80) },
    });
    expect(body.data).toEqual([{ group: 'gpt-4o', name: null, ...body.totals }]);
    expect(body.truncated).toBe(false);
  });

  it('says nothing rather than zero where there is nothing to measure', async () => {
    const { body } = await summary(admin);
    expect(body.data).toEqual([]);
    expect(body.totals).toMatchObject({
      requests: 0,
      cost_usd: '0.00',
      latency_ms: { p50: null, p90: null, p99: null },
    });
  });

  it('counts errors, but not clients that left', async () => {
    await insert(
      usageRecord(),
      usageRecord({ status: 429, endReason: 'rejected' }),
      usageRecord({ status: 200, endReason: 'interrupted' }),
      usageRecord({ status: 499, endReason: 'client_closed' }),
      usageRecord({ status: 400, endReason: 'completed' }),
    );
    expect((await summary(admin)).body.totals).toMatchObject({ requests: 5, errors: 3 });
  });

  it('counts requests without a known price apart from those that used nothing', async () => {
    await insert(
      usageRecord({ costNanoUsd: null }),
      usageRecord({ costNanoUsd: null, usage: { ...NO_USAGE } }),
      usageRecord({ costNanoUsd: 0n }),
    );
    expect((await summary(admin)).body.totals).toMatchObject({
      unpriced_requests: 1,
      cost_usd: '0.00',
    });
  });

  it.each([
    ['model', 'gpt-4o', 'asked-for'],
    ['provider', 'openai', null],
    ['account', ACCOUNT_ID, null],
    ['key', KEY_ID, OTHER_KEY_ID],
    ['user', null, null],
    ['tag', 'night', null],
  ])('groups by %s, the busiest first', async (grouping, first, second) => {
    await insert(
      usageRecord({ tags: ['night', 'night'] }),
      usageRecord({ tags: ['night'] }),
      usageRecord({
        keyId: OTHER_KEY_ID,
        model: null,
        requestedModel: 'asked-for',
        provider: null,
        accountId: null,
        accountName: null,
      }),
    );
    const { body } = await summary(admin, { group_by: grouping });
    const groups = body.data.map(({ group, requests }: Group) => [group, requests]);
    expect(groups).toEqual(
      grouping === 'user'
        ? [[null, 3]]
        : [
            [first, 2],
            [second, 1],
          ],
    );
    expect(body.totals.requests).toBe(3);
  });

  it('names accounts and keys', async () => {
    await insert(usageRecord());
    const [account] = (await summary(admin, { group_by: 'account' })).body.data;
    const [key] = (await summary(admin, { group_by: 'key' })).body.data;
    expect([account.name, key.name]).toEqual(['openai-1', 'Production Key']);
  });

  it('counts a request with two tags under both and once in total', async () => {
    await insert(usageRecord({ tags: ['a', 'b'] }));
    const { body } = await summary(admin, { group_by: 'tag' });
    expect(body.data.map(({ group }: Group) => group)).toEqual(['a', 'b']);
    expect(body.totals.requests).toBe(1);
  });

  it('groups by hour and day of UTC in the order of time', async () => {
    await insert(
      usageRecord({ startedAt: QUIET + HOUR_MS }),
      usageRecord({ startedAt: QUIET + DAY_MS - 1 }),
      usageRecord({ startedAt: QUIET + DAY_MS }),
    );
    const range = { from: '2026-01-10', to: '2026-01-12' };
    const hours = await summary(admin, { ...range, group_by: 'hour' });
    const days = await summary(admin, { ...range, group_by: 'day' });
    expect(hours.body.data.map(({ group }: Group) => group)).toEqual([
      '2026-01-10T01:00:00Z',
      '2026-01-10T23:00:00Z',
      '2026-01-11T00:00:00Z',
    ]);
    expect(days.body.data.map(({ group, requests }: Group) => [group, requests])).toEqual([
      ['2026-01-10T00:00:00Z', 2],
      ['2026-01-11T00:00:00Z', 1],
    ]);
  });

  it('takes the start of the range in and leaves its end out', async () => {
    await insert(usageRecord({ startedAt: QUIET }), usageRecord({ startedAt: QUIET + HOUR_MS }));
    const range = { from: '2026-01-10T01:00:00+01:00', to: '2026-01-10T01:00:00.000Z' };
    const { body } = await summary(admin, range);
    expect(body).toMatchObject({
      from: '2026-01-10T00:00:00.000Z',
      to: '2026-01-10T01:00:00.000Z',
      totals: { requests: 1 },
    });
  });

  it('adds up days, hours and what is left at both ends', async () => {
    const to = Date.now();
    const from = to - 3 * DAY_MS - 90 * 60_000;
    const records = Array.from({ length: 400 }, (_, index) =>
      usageRecord({
        startedAt: from - HOUR_MS + index * 12 * 60_000,
        costNanoUsd: BigInt(index),
        tags: index % 3 === 0 ? ['a', 'b'] : [],
      }),
    );
    await insert(...records);
    const within = records.filter(({ startedAt }) => startedAt >= from && startedAt < to);
    const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
    const nano = within.reduce((sum, { costNanoUsd }) => sum + costNanoUsd!, 0n);
    for (const [group_by, filter] of [
      ...['model', 'hour', 'day', 'tag'].map((name) => [name, {}] as const),
      // By way of the sums that can be filtered.
      ...['model', 'hour', 'day', 'tag'].map((name) => [name, { provider: 'openai' }] as const),
    ]) {
      const { totals, data } = (await summary(admin, { ...range, group_by, ...filter })).body;
      expect(totals.requests).toBe(within.length);
      expect(totals.cost_usd).toBe(formatUsd(nano));
      const grouped = data.reduce((sum: number, { requests }: Group) => sum + requests, 0);
      const tagged = within.filter(({ tags }) => tags.length > 0).length;
      expect(grouped).toBe(within.length + (group_by === 'tag' ? tagged : 0));
    }
  });

  it('looks at the last 24 hours when not told otherwise', async () => {
    await insert(usageRecord({ startedAt: Date.now() - 25 * HOUR_MS }), usageRecord());
    const { body } = await summary(admin);
    expect(body.totals.requests).toBe(1);
    expect(body.group_by).toBe('model');
    expect(Date.parse(body.to) - Date.parse(body.from)).toBe(DAY_MS);
  });

  it.each<[string, string]>([
    ['model', 'gpt-4o'],
    ['model', 'alias'],
    ['provider', 'openai'],
    ['account_id', ACCOUNT_ID],
    ['key_id', KEY_ID],
    ['status', '200'],
    ['tag', 'night'],
  ])('filters by %s=%s', async (field, value) => {
    await insert(
      usageRecord({ requestedModel: 'alias', tags: ['night'] }),
      usageRecord({
        requestedModel: 'other',
        model: 'other',
        provider: 'other',
        accountId: OTHER_KEY_ID,
        keyId: OTHER_KEY_ID,
        status: 500,
      }),
    );
    expect((await summary(admin, { [field]: value })).body.totals.requests).toBe(1);
  });

  it('shows people their own requests only', async () => {
    await insert(usageRecord({ userId }), usageRecord({ userId: null }), usageRecord());
    expect((await summary(user)).body.totals.requests).toBe(1);
    expect((await summary(user, { user_id: uuidv7(0) })).body.totals.requests).toBe(0);
    expect((await summary(admin)).body.totals.requests).toBe(3);
    expect((await summary(admin, { user_id: userId })).body.totals.requests).toBe(1);
  });

  it.each([
    ['group_by', 'account_id'],
    ['group_by', ''],
    ['from', 'yesterday'],
    ['from', '2026-02-30'],
    ['from', '2026-11-21T08:00:00'],
    ['to', '1732176000'],
    ['user_id', 'me'],
    ['key_id', "' OR true --"],
    ['account_id', '7'],
    ['status', 'ok'],
    ['status', '600'],
    ['model', 'a\0b'],
    ['provider', ''],
    ['colour', 'blue'],
  ])('refuses %s=%j and names it', async (field, value) => {
    const { status, body } = await summary(admin, { [field]: value });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'invalid_request', param: field });
  });

  it.each([
    [{ from: '2026-01-02', to: '2026-01-01' }],
    [{ from: '2025-01-01', to: '2026-02-06' }],
    [{ from: '2020-01-01' }],
  ])('refuses the range %j', async (range) => {
    const { status, body } = await summary(admin, range);
    expect([status, body.error.param]).toEqual([400, 'from']);
  });

  it('takes a range of 400 days', async () => {
    const { status } = await summary(admin, { from: '2025-01-01', to: '2026-02-05' });
    expect(status).toBe(200);
  });

  it('is closed to strangers', async () => {
    expect((await gateway.call('GET', '/api/stats/summary')).status).toBe(401);
    expect((await gateway.call('GET', '/api/stats/requests')).status).toBe(401);
  });

  function summary(token: string, query: Record<string, string> = {}) {
    return gateway.call('GET', `/api/stats/summary?${new URLSearchParams(query)}`, { token });
  }

  function insert(...records: UsageRecord[]): Promise<void> {
    return insertRecords(gateway.database, records);
  }
});

/** As near as a histogram tells. */
const near = (expected: number): unknown => ({
  asymmetricMatch: (actual: number) => Math.abs(actual / expected - 1) < 0.1,
});

interface Group {
  group: string | null;
  requests: number;
}
