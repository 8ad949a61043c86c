import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { CreateUsageRollups1764000010000 } from '../migrations/1764000010000-create-usage-rollups.js';
import { CreateUsageRecords1764000005000 } from '../migrations/1764000005000-create-usage-records.js';
import { AddWebSearches1764000021000 } from '../migrations/1764000021000-add-web-searches.js';
import { Clock } from '../src/common/clock.js';
import { Logger } from '../src/common/logger.js';
import { uuidv7 } from '../src/common/request-id.js';
import { postgresOptions } from '../src/database/postgres-options.js';
import { NO_USAGE } from '../src/protocols/token-usage.js';
import { JournalLedger } from '../src/stats/journal-ledger.js';
import { PartitionKeeper } from '../src/stats/partition-keeper.js';
import type { UsageRecord } from '../src/stats/usage-record.js';
import { toRowJson } from '../src/stats/usage-row.js';
import { isRowFault, UsageWriter } from '../src/stats/usage-writer.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { usageRecord } from './support/usage-record.js';

const NOON = Date.parse('2026-11-21T12:00:00Z');
const DAY_MS = 86_400_000;

describe('UsageWriter', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let clock: FixedClock;

  beforeAll(async () => {
    database = await createDatabase();
    dataSource = new DataSource({
      ...postgresOptions(database.url, { connectMs: 5_000, queryMs: 5_000, poolSize: 4 }),
      migrations: [
        CreateUsageRecords1764000005000,
        CreateUsageRollups1764000010000,
        AddWebSearches1764000021000,
      ],
    });
    await dataSource.initialize();
  });

  beforeEach(async () => {
    clock = new FixedClock();
    await database.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    await dataSource.runMigrations();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('writes a record so that it reads back the same', async () => {
    const record = usageRecord({
      startedAt: NOON,
      userId: uuidv7(NOON),
      costNanoUsd: 9_007_199_254_740_993n,
      tags: ['night, batch', '"quoted"', '{}', 'NULL'],
      decision: { candidates: [{ account: 'a', left_out: 'open' }] },
      usage: { ...NO_USAGE, inputTokens: 7, serverTools: { webSearches: 2, webFetches: 0 } },
      attempts: [
        {
          accountId: uuidv7(NOON),
          accountName: 'openai-1',
          provider: 'openai',
          model: 'gpt-4o',
          startedAtMs: 1.5,
          durationMs: 20,
          status: 503,
          outcome: 'server_error',
          error: 'overloaded',
        },
      ],
    });
    await write([record]);
    const [row] = await database.query('SELECT * FROM usage_records');
    expect(row).toMatchObject({
      id: record.id,
      started_at: new Date(NOON),
      user_id: record.userId,
      cost_nano_usd: '9007199254740993',
      input_tokens: 7,
      web_searches: 2,
      latency_ms: 120.5,
      tags: record.tags,
      decision: record.decision,
      attempts: [{ account_name: 'openai-1', duration_ms: 20, status: 503, error: 'overloaded' }],
    });
  });

  it('writes a record once however often it is sent', async () => {
    const records = Array.from({ length: 500 }, () => usageRecord({ startedAt: NOON }));
    await write(records);
    await Promise.all([write(records), write([...records, ...records])]);
    expect(await count('usage_records')).toBe(500);
  });

  it('adds up what it has written, once', async () => {
    const records = Array.from({ length: 50 }, (_, index) =>
      usageRecord({
        startedAt: NOON + index * 3_600_000,
        tags: index % 2 ? ['a', 'b', 'a'] : [],
        model: `m-${index % 5}`,
        costNanoUsd: index % 7 ? BigInt(index) : null,
        timeToFirstTokenMs: index % 4 ? index : null,
      }),
    );
    await Promise.all([write(records.slice(0, 30)), write(records.slice(20)), write(records)]);
    await write(records);
    for (const table of ['usage_hourly', 'usage_daily'])
      expect(await sums(table)).toEqual(await sums('usage_facts'));
    for (const table of ['usage_hourly_groups', 'usage_daily_groups']) {
      const rows = await database.query(
        `SELECT grouping, sum(requests)::int AS requests FROM ${table} GROUP BY 1 ORDER BY 1`,
      );
      const each = ['account', 'all', 'key', 'model', 'provider'].map((name) => [name, 50]);
      expect(rows.map(({ grouping, requests }) => [grouping, requests])).toEqual([
        ...each,
        // 25 without a tag, 25 with two different ones.
        ['tag', 75],
        ['user', 50],
      ]);
    }
    const [days] = await database.query(
      `SELECT sum(requests)::int AS requests, count(DISTINCT at)::int AS days, sum(cost_nano_usd)::int AS cost
       FROM usage_daily WHERE tag IS NULL`,
    );
    const cost = records.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0n), 0n);
    expect(days).toEqual({ requests: 50, days: 3, cost: Number(cost) });
  });

  it('adds up what was rejected under one name, whatever names clients make up', async () => {
    const made = (index: number) => ({ requestedModel: `m-${index}`, tags: [`t-${index}`] });
    const rejected = { startedAt: NOON, model: null, status: 404, endReason: 'rejected' } as const;
    await write([
      ...Array.from({ length: 20 }, (_, index) => usageRecord({ ...rejected, ...made(index) })),
      usageRecord({ startedAt: NOON, ...made(20) }),
    ]);
    expect(
      await database.query(
        'SELECT requested_model, tag, requests::int FROM usage_daily ORDER BY requested_model, tag',
      ),
    ).toEqual([
      { requested_model: '(rejected)', tag: null, requests: 20 },
      { requested_model: 'm-20', tag: 't-20', requests: 1 },
      { requested_model: 'm-20', tag: null, requests: 1 },
    ]);
    expect(await sums('usage_daily')).toEqual(await sums('usage_facts'));
  });

  it('takes whatever clients put into their strings', async () => {
    await write([
      usageRecord({
        startedAt: NOON,
        requestedModel: 'a\0b',
        tags: ['\ud83d', '😀'],
        session: '\\',
      }),
    ]);
    const [row] = await database.query('SELECT requested_model, tags, session FROM usage_records');
    expect(row).toEqual({ requested_model: 'a\ufffdb', tags: ['\ufffd', '😀'], session: '\\' });
  });

  it.each([
    ['an id that is none', { id: 'not-an-id' }],
    ['negative tokens', { usage: { ...usageRecord().usage, outputTokens: -1 } }],
    ['absurd tokens', { usage: { ...usageRecord().usage, outputTokens: 1e18 } }],
    ['a negative cost', { costNanoUsd: -1n }],
    ['no latency', { latencyMs: Number.NaN }],
    ['a time that is none', { startedAt: Number.NaN, id: uuidv7(NOON) }],
  ])('calls %s the fault of the row', async (_, fault) => {
    const failure = await write([usageRecord({ startedAt: NOON, ...fault })]).catch(
      (error: unknown) => error,
    );
    expect(isRowFault(failure)).toBe(true);
  });

  it('does not call a missing table the fault of the row', async () => {
    await database.query('DROP TABLE usage_records CASCADE');
    const failure = await write([usageRecord()]).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'QueryFailedError' });
    expect(isRowFault(failure)).toBe(false);
  });

  it('sets a poisoned row aside, once, and writes its neighbours', async () => {
    const bad = usageRecord({ startedAt: NOON, status: 1e9, requestedModel: 'a\0b' });
    const directory = await mkdtemp(join(tmpdir(), 'poison-'));
    for (let time = 0; time < 2; time++) {
      const ledger = new JournalLedger(writer(), clock, Logger.silent(), {
        directory,
        abandoned: [],
        maxBytes: 1e6,
        commitIntervalMs: 10,
        price: (record) => record,
      });
      for (let index = 0; index < 20; index++) ledger.end(usageRecord({ startedAt: NOON }));
      ledger.end(bad);
      await ledger.flush();
      await ledger.onApplicationShutdown();
    }
    await rm(directory, { recursive: true });
    expect(await count('usage_records')).toBe(40);
    const letters = await database.query('SELECT record_id, "row", error FROM usage_dead_letters');
    expect(letters).toEqual([
      {
        record_id: bad.id,
        row: expect.objectContaining({ id: bad.id, status: 1e9, requested_model: 'a\ufffdb' }),
        error: expect.stringContaining('smallint'),
      },
    ]);
  });

  it('makes the partitions of today and the next two days before the first row', async () => {
    await write([usageRecord({ startedAt: NOON })]);
    expect(await partitions()).toEqual([
      'usage_records_20261121',
      'usage_records_20261122',
      'usage_records_20261123',
      'usage_records_default',
    ]);
    expect(await count('usage_records_20261121')).toBe(1);
  });

  it('makes the next partition on the next day', async () => {
    const one = writer();
    await writeWith(one, [usageRecord({ startedAt: NOON })]);
    clock.time += DAY_MS;
    await writeWith(one, [usageRecord({ startedAt: clock.time })]);
    expect(await partitions()).toContain('usage_records_20261124');
    expect(await count('usage_records_20261122')).toBe(1);
  });

  it('makes each partition once when several instances start together', async () => {
    const records = Array.from({ length: 4 }, () => usageRecord({ startedAt: NOON }));
    await Promise.all(records.map((record) => write([record])));
    expect(await partitions()).toHaveLength(4);
    expect(await count('usage_records_20261121')).toBe(4);
  });

  it('keeps records of other days in the default partition', async () => {
    await write([usageRecord({ startedAt: NOON - 40 * DAY_MS })]);
    expect(await count('usage_records_default')).toBe(1);
  });

  it('moves rows that came before their partition into it', async () => {
    const one = writer();
    await writeWith(one, [usageRecord({ startedAt: NOON + 5 * DAY_MS })]);
    expect(await count('usage_records_default')).toBe(1);
    clock.time += 5 * DAY_MS;
    await writeWith(one, [usageRecord({ startedAt: clock.time })]);
    expect(await count('usage_records_default')).toBe(0);
    expect(await count('usage_records_20261126')).toBe(2);
  });

  it('writes to the default partition when no new one can be made', async () => {
    const blocker = dataSource.createQueryRunner();
    await blocker.startTransaction();
    await blocker.query('LOCK TABLE usage_records IN SHARE UPDATE EXCLUSIVE MODE');
    await write([usageRecord({ startedAt: NOON })]);
    expect(await count('usage_records_default')).toBe(1);
    await blocker.rollbackTransaction();
    await blocker.release();
  });

  it('leaves nothing behind when the migrations are undone', async () => {
    await write([usageRecord({ startedAt: NOON })]);
    for (const _ of dataSource.migrations) await dataSource.undoLastMigration();
    const tables = await database.query(
      "SELECT relname FROM pg_class WHERE relname LIKE 'usage%' AND relkind IN ('r', 'p')",
    );
    expect(tables).toEqual([]);
  });

  const write = (records: readonly UsageRecord[]) => writeWith(writer(), records);

  function writeWith(one: UsageWriter, records: readonly UsageRecord[]): Promise<void> {
    return one.write(
      records.map((record) => ({ id: record.id, json: Buffer.from(toRowJson(record)) })),
    );
  }

  function sums(table: string) {
    return database.query(
      `SELECT tag, model, sum(requests) AS requests, sum(errors) AS errors, sum(input_tokens) AS input,
         sum(cost_nano_usd) AS cost, sum(unpriced_requests) AS unpriced,
         (SELECT histogram_sum(array_agg(element)) FROM ${table} AS inside, unnest(latency_ms) AS element
          WHERE inside.model = outside.model) AS latency,
         (SELECT histogram_sum(array_agg(element)) FROM ${table} AS inside, unnest(time_to_first_token_ms) AS element
          WHERE inside.model = outside.model) AS first_token
       FROM ${table} AS outside GROUP BY tag, model ORDER BY tag, model`,
    );
  }

  /** As another instance would have. */
  function writer(): UsageWriter {
    return new UsageWriter(dataSource, new PartitionKeeper(dataSource, clock, Logger.silent()));
  }

  async function count(table: string): Promise<number> {
    const [row] = await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
    return row!.n;
  }

  async function partitions(): Promise<string[]> {
    const rows = await database.query<{ name: string }>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits
       WHERE inhparent = 'usage_records'::regclass ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  }
});

class FixedClock extends Clock {
  time = NOON;

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time;
  }
}
