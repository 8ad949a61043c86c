import type { UsageRecord } from '../src/stats/usage-record.js';
import { ADMIN, Gateway, USER } from './support/gateway.js';
import { insertRecords, usageRecord } from './support/usage-record.js';

const HOUR_MS = 3_600_000;
const FROM = Date.parse('2026-01-10T07:20:00Z');
const TO = FROM + 75 * HOUR_MS;
const RANGE = { from: new Date(FROM).toISOString(), to: new Date(TO).toISOString() };
const UNITS = { hour: HOUR_MS, day: 24 * HOUR_MS };

/** Whatever it is asked about: the records themselves, their sums by everything, or those by one thing at a time. */
describe('GET /api/stats/summary along the time', () => {
  let gateway: Gateway;
  let admin: string;
  let user: string;
  let records: UsageRecord[];

  beforeAll(async () => {
    gateway = await Gateway.start();
    admin = await gateway.login(ADMIN);
    user = await gateway.login(USER);
    const { id: userId } = (await gateway.call('GET', '/api/auth/me', { token: user })).body;
    records = Array.from({ length: 300 }, (_, index) =>
      usageRecord({
        startedAt: FROM - HOUR_MS + Math.floor(index * 0.26 * HOUR_MS),
        keyId: uuid(`a${index % 2}`),
        userId: [userId, uuid('b1'), null][index % 3],
        accountId: index % 7 ? uuid(`c${index % 4}`) : null,
        provider: index % 5 ? 'openai' : 'anthropic',
        status: index % 11 ? 200 : 500,
        tags: [[], ['a'], ['a', 'b'], ['b']][index % 4],
      }),
    );
    await insertRecords(gateway.database, records);
  });

  afterAll(async () => {
    await gateway.stop();
  });

  it.each<[string, Record<string, string>, (record: UsageRecord) => boolean]>([
    ['everything', {}, () => true],
    ['a key', { key_id: uuid('a1').toUpperCase() }, ({ keyId }) => keyId === uuid('a1')],
    ['a person', { user_id: uuid('b1') }, ({ userId }) => userId === uuid('b1')],
    ['an account', { account_id: uuid('c2') }, ({ accountId }) => accountId === uuid('c2')],
    ['a provider', { provider: 'anthropic' }, ({ provider }) => provider === 'anthropic'],
    ['a tag', { tag: 'b' }, ({ tags }) => tags.includes('b')],
    ['a status', { status: '500' }, ({ status }) => status === 500],
    ['a model', { model: 'gpt-4o' }, () => true],
    [
      'a key and a tag',
      { key_id: uuid('a0'), tag: 'a' },
      ({ keyId, tags }) => keyId === uuid('a0') && tags.includes('a'),
    ],
    ['nothing at all', { provider: 'nobody' }, () => false],
  ])('counts %s', async (_, filter, isMeant) => {
    await expectCounts(admin, filter, isMeant);
  });

  it('shows people their own alone', async () => {
    const { id } = (await gateway.call('GET', '/api/auth/me', { token: user })).body;
    await expectCounts(user, {}, ({ userId }) => userId === id);
    await expectCounts(user, { user_id: uuid('b1') }, () => false);
  });

  async function expectCounts(
    token: string,
    filter: Record<string, string>,
    isMeant: (record: UsageRecord) => boolean,
  ): Promise<void> {
    const meant = records.filter(
      (record) => record.startedAt >= FROM && record.startedAt < TO && isMeant(record),
    );
    for (const [group_by, unitMs] of Object.entries(UNITS)) {
      const path = `/api/stats/summary?${new URLSearchParams({ ...RANGE, ...filter, group_by })}`;
      const { totals, data } = (await gateway.call('GET', path, { token })).body;
      const counts = new Map<string, number>();
      for (const { startedAt } of meant) {
        const start = new Date(Math.floor(startedAt / unitMs) * unitMs).toISOString();
        counts.set(start, (counts.get(start) ?? 0) + 1);
      }
      expect(
        data.map((row: Row) => [new Date(row.group).toISOString(), row.name, row.requests]),
      ).toEqual([...counts].map(([start, requests]) => [start, null, requests]));
      expect(totals.requests).toBe(meant.length);
    }
  }
});

interface Row {
  readonly group: string;
  readonly name: string | null;
  readonly requests: number;
}

function uuid(end: string): string {
  return `00000000-0000-4000-8000-0000000000${end}`;
}
