import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { Clock } from '../src/common/clock.js';
import { Logger } from '../src/common/logger.js';
import { loadConfig } from '../src/config/gateway-config.js';
import { postgresOptions } from '../src/database/postgres-options.js';
import { PartitionKeeper } from '../src/stats/partition-keeper.js';
import { Retention } from '../src/stats/retention.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { migrationClasses } from './support/migration-classes.js';
import { insertRecords, usageRecord } from './support/usage-record.js';

const TODAY = Date.parse('2026-11-21T12:00:00Z');
const DAY_MS = 86_400_000;

describe('Retention', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let directory: string;

  beforeEach(async () => {
    database = await createDatabase();
    directory = await mkdtemp(join(tmpdir(), 'retention-'));
    dataSource = new DataSource({
      ...postgresOptions(database.url, { connectMs: 5_000, queryMs: 5_000, poolSize: 2 }),
      migrations: await migrationClasses(),
    });
    await dataSource.initialize();
    await dataSource.runMigrations();
    // Partitions of the 1st to the 3rd, of the 11th to the 13th, and of the 21st to the 23rd.
    for (const days of [20, 10, 0]) {
      const keeper = new PartitionKeeper(
        dataSource,
        clockAt(TODAY - days * DAY_MS),
        Logger.silent(),
      );
      await keeper.ensure();
    }
    const ages = [0, 8, 9, 10, 15, 18, 19, 20, 40];
    await insertRecords(
      database,
      ages.map((days) =>
        usageRecord({ startedAt: TODAY - days * DAY_MS, requestedModel: `${days}` }),
      ),
    );
    await database.query(
      `INSERT INTO usage_adjustments (record_id, started_at, difference_nano_usd, was_unpriced, price_source)
       SELECT id, started_at, 1, false, 'override' FROM usage_records`,
    );
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
    await rm(directory, { recursive: true });
  });

  it('drops days that are too old, and keeps the sums of them', async () => {
    await retention({ USAGE_RETENTION_DAYS: '9' }).forget();
    expect(await ages('usage_records', 'started_at')).toEqual([9, 8, 0]);
    expect(await ages('usage_adjustments', 'started_at')).toEqual([9, 8, 0]);
    expect(await partitions()).toEqual([
      'usage_records_20261112',
      'usage_records_20261113',
      'usage_records_20261121',
      'usage_records_20261122',
      'usage_records_20261123',
      'usage_records_default',
    ]);
    expect(await ages('usage_daily_groups', 'at')).toHaveLength(9);
  });

  it('forgets the sums at their own time', async () => {
    await retention({ USAGE_RETENTION_DAYS: '5', USAGE_SUMMARY_RETENTION_DAYS: '18' }).forget();
    for (const table of ['usage_hourly', 'usage_daily', 'usage_hourly_groups']) {
      expect(await ages(table, 'at')).toEqual([18, 15, 10, 9, 8, 0]);
    }
  });

  it('does nothing the second time', async () => {
    const keeper = retention({ USAGE_RETENTION_DAYS: '9' });
    await keeper.forget();
    await keeper.forget();
    expect(await ages('usage_records', 'started_at')).toEqual([9, 8, 0]);
  });

  it('forgets nothing because a clock is ahead', async () => {
    const inTenYears = clockAt(Date.now() + 3_650 * DAY_MS);
    // As long as it takes until the day this test was written for lies so far back.
    const days = Math.ceil((Date.now() - TODAY) / DAY_MS) + 50;
    await retention({ USAGE_RETENTION_DAYS: String(days) }, inTenYears).forget();
    expect(await ages('usage_records', 'started_at')).toHaveLength(9);
    expect(await ages('usage_daily_groups', 'at')).toHaveLength(9);
  });

  function retention(settings: Record<string, string>, clock = clockAt(TODAY)): Retention {
    const config = loadConfig({ ...settings, DATA_DIR: directory }, directory);
    return new Retention(dataSource, clock, Logger.silent(), config);
  }

  /** In days, oldest first. */
  async function ages(table: string, column: string): Promise<number[]> {
    const rows = await database.query<{ days: number }>(
      `SELECT DISTINCT '2026-11-21'::date - (${column} AT TIME ZONE 'UTC')::date AS days FROM ${table} ORDER BY 1 DESC`,
    );
    return rows.map(({ days }) => days);
  }

  async function partitions(): Promise<string[]> {
    const rows = await database.query<{ name: string }>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits
       WHERE inhparent = 'usage_records'::regclass ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  }
});

function clockAt(time: number): Clock {
  return { now: () => time, monotonic: () => time };
}
