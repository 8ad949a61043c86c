// How long reports take with many records: fills an embedded PostgreSQL with a month of made-up usage, spread over keys,
// accounts, models and tags, and asks what people ask. Usage: node bench/reports.mjs [records]
import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainToInstance } from 'class-transformer';
import { DataSource } from 'typeorm';
import { SystemClock } from '../dist/src/common/clock.js';
import { EmbeddedPostgres } from '../dist/src/database/embedded-postgres.js';
import { migrate } from '../dist/src/database/migrate.js';
import { postgresOptions } from '../dist/src/database/postgres-options.js';
import { RequestsQueryDto } from '../dist/src/stats/dto/requests-query.dto.js';
import { SummaryQueryDto } from '../dist/src/stats/dto/summary-query.dto.js';
import { ReportDatabase } from '../dist/src/stats/report-database.js';
import { RequestsService } from '../dist/src/stats/requests.service.js';
import { SummaryService } from '../dist/src/stats/summary.service.js';

const RECORDS = Number(process.argv[2] ?? 1_000_000);
const DAYS = 30;
const SUMMARY_BUDGET_MS = 200;
const PAGE_BUDGET_MS = 50;
const RUNS = 7;
const MONTH = { from: '2026-09-01', to: '2026-10-01' };
const ADMIN = { userId: null, username: 'bench', role: 'admin', sessionId: null };
const OWNER = { ...ADMIN, userId: '00000000-0000-4000-8000-0000000d0003', role: 'user' };

/** Everything by chance but repeatable: 40 keys of 10 people, 6 accounts, 8 models, a tag on every fifth request. */
const RECORDS_OF_A_DAY = `
  INSERT INTO usage_records
  SELECT
    (lpad(to_hex((extract(epoch FROM started_at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text || $1), 1, 3)
      || '8' || substr(md5($1 || n::text), 1, 15))::uuid,
    started_at, ('00000000-0000-4000-8000-0000000a00' || lpad((hash % 40)::text, 2, '0'))::uuid, 'key ' || hash % 40,
    ('00000000-0000-4000-8000-0000000d00' || lpad((hash % 10)::text, 2, '0'))::uuid,
    'chat', 'openai', 'model-' || hash % 8, 'model-' || hash % 8, 'provider-' || hash % 3,
    ('00000000-0000-4000-8000-0000000c00' || lpad((hash / 8 % 6)::text, 2, '0'))::uuid, 'account ' || hash / 8 % 6,
    hash % 2 = 0, CASE WHEN hash % 50 = 0 THEN 502 ELSE 200 END,
    CASE WHEN hash % 50 = 0 THEN 'upstream_error' ELSE 'completed' END, NULL,
    hash % 4000, hash % 900, 0, 0, 0, hash % 700, hash % 90, 0,
    'provider', hash % 9000000, 'catalog', 200 + hash % 8000, 100 + hash % 900, 0.4,
    '[{"account_id":"00000000-0000-4000-8000-0000000c0001","account_name":"account 1","provider":"provider-1","model":"model-1","started_at_ms":0.4,"duration_ms":812,"status":200,"outcome":"success","error":null}]',
    '{"strategy":"weighted_round_robin","excluded":[]}',
    CASE WHEN hash % 5 = 0 THEN ARRAY['tag-' || hash % 7] ELSE '{}' END, NULL, NULL
  FROM (
    SELECT n, abs(hashint4(n)) AS hash, $1::timestamptz + n * (interval '1 day' / $2::int) AS started_at
    FROM generate_series(0, $2::int - 1) AS n
  ) AS made_up`;

const directory = mkdtempSync(join(tmpdir(), 'bench-reports-'));
const postgres = await EmbeddedPostgres.start(directory);
const timeouts = { connectMs: 5_000, queryMs: 1_800_000, poolSize: 2 };
const dataSource = new DataSource(postgresOptions(postgres.url, timeouts));
let isWithin = true;
try {
  await dataSource.initialize();
  await migrate(dataSource);
  await fill();
  const [{ size }] = await dataSource.query(
    "SELECT pg_size_pretty(sum(pg_total_relation_size(oid))) AS size FROM pg_class WHERE relname LIKE 'usage\\_records%' AND relkind = 'r'",
  );
  const [{ hourly, daily }] = await dataSource.query(
    'SELECT (SELECT count(*) FROM usage_hourly) AS hourly, (SELECT count(*) FROM usage_daily) AS daily',
  );
  console.log(`${RECORDS} records, ${size}; sums: ${hourly} rows by hour, ${daily} by day\n`);
  await report();
} finally {
  await dataSource.destroy();
  await postgres.stop();
  rmSync(directory, { recursive: true, force: true });
}
process.exitCode = isWithin ? 0 : 1;

async function fill() {
  const perDay = Math.ceil(RECORDS / DAYS);
  const startedAt = performance.now();
  for (let day = 0; day < DAYS; day++) {
    const from = new Date(Date.parse(MONTH.from) + day * 86_400_000).toISOString();
    const to = new Date(Date.parse(from) + 86_400_000).toISOString();
    const name = `usage_records_${from.slice(0, 10).replaceAll('-', '')}`;
    await dataSource.query(
      `CREATE TABLE ${name} PARTITION OF usage_records FOR VALUES FROM ('${from}') TO ('${to}')`,
    );
    await dataSource.query(RECORDS_OF_A_DAY, [from, perDay]);
  }
  await dataSource.query('VACUUM ANALYZE');
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  console.log(`filled in ${seconds} s`);
}

async function report() {
  const environment = { DATABASE_REPORT_TIMEOUT_MS: 60_000 };
  const database = new ReportDatabase(dataSource, { environment });
  const summaries = new SummaryService(database, new SystemClock());
  const requests = new RequestsService(database);
  const summary = (query, who = ADMIN) =>
    summaries.summarise(who, plainToInstance(SummaryQueryDto, { ...MONTH, ...query }));
  const page = (query, who = ADMIN) =>
    requests.list(who, plainToInstance(RequestsQueryDto, { limit: 50, format: 'json', ...query }));

  for (const group of ['model', 'provider', 'account', 'key', 'user', 'tag', 'hour', 'day']) {
    await measure(`month by ${group}`, SUMMARY_BUDGET_MS, () => summary({ group_by: group }));
  }
  await measure("a person's month by model", SUMMARY_BUDGET_MS, () =>
    summary({ group_by: 'model' }, OWNER),
  );
  const oneKey = { key_id: '00000000-0000-4000-8000-0000000a0007' };
  for (const group_by of ['model', 'hour', 'day']) {
    await measure(`month of one key by ${group_by}`, SUMMARY_BUDGET_MS, () =>
      summary({ group_by, ...oneKey }),
    );
  }
  await measure('month of one model by key', SUMMARY_BUDGET_MS, () =>
    summary({ group_by: 'key', model: 'model-3' }),
  );
  const ends = { from: '2026-09-01T10:20:00Z', to: '2026-09-30T11:40:00Z' };
  await measure('month with odd ends by model', SUMMARY_BUDGET_MS, () => summary(ends));
  const lastDay = { from: '2026-09-29T10:20:00Z', to: '2026-09-30T10:20:00Z' };
  await measure('24 hours by model', SUMMARY_BUDGET_MS, () => summary(lastDay));

  await measure('first page', PAGE_BUDGET_MS, () => page({}));
  const middle = Buffer.from(
    '2026-09-15T12:00:00.000Z 00000000-0000-0000-0000-000000000000',
  ).toString('base64url');
  await measure('page in the middle', PAGE_BUDGET_MS, () => page({ cursor: middle }));
  await measure('page of 200', PAGE_BUDGET_MS, () => page({ limit: 200 }));
  await measure('page of one key', PAGE_BUDGET_MS, () => page(oneKey));
  await measure("a person's page", PAGE_BUDGET_MS, () => page({}, OWNER));
  await measure('page of a model in the middle of the month', PAGE_BUDGET_MS, () =>
    page({ model: 'model-3', from: '2026-09-10', to: '2026-09-12' }),
  );
  const { data } = await page({ cursor: middle });
  await measure('one request', PAGE_BUDGET_MS, () => requests.find(ADMIN, data[0].id));
}

async function measure(name, budgetMs, work) {
  const times = [];
  for (let run = 0; run < RUNS; run++) {
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
  }
  const first = times[0];
  const median = times.toSorted((a, b) => a - b)[RUNS >> 1];
  const verdict = median < budgetMs ? '' : `   MORE than ${budgetMs} ms`;
  if (median >= budgetMs) isWithin = false;
  console.log(
    `${name.padEnd(44)} first ${first.toFixed(0).padStart(5)} ms   median ${median.toFixed(1).padStart(7)} ms${verdict}`,
  );
}
