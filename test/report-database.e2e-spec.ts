import { DataSource } from 'typeorm';
import type { GatewayConfig } from '../src/config/gateway-config.js';
import { postgresOptions } from '../src/database/postgres-options.js';
import { ReportDatabase } from '../src/stats/report-database.js';
import { createDatabase, type TestDatabase } from './support/database.js';

/** Of an ordinary request; shorter than the reports below. */
const QUERY_TIMEOUT_MS = 100;

describe('ReportDatabase', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createDatabase();
    dataSource = new DataSource({
      ...postgresOptions(database.url, {
        connectMs: 5_000,
        queryMs: QUERY_TIMEOUT_MS,
        poolSize: 1,
      }),
      migrations: [],
    });
    await dataSource.initialize();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('lets a report take longer than a request may', async () => {
    const rows = await reports(5_000).read((select) =>
      select("SELECT 'done' AS state FROM pg_sleep(0.8)", []),
    );
    expect(rows).toEqual([{ state: 'done' }]);
  });

  it('stops a report at its own time limit and says so', async () => {
    const report = reports(50).read((select) => select('SELECT pg_sleep(5)', []));
    await expect(report).rejects.toMatchObject({ status: 503, shouldRetry: false });
  });

  it('gives the connection back as it was', async () => {
    await reports(50)
      .read((select) => select('SELECT pg_sleep(5)', []))
      .catch(() => {});
    const [setting] = await dataSource.query('SHOW statement_timeout');
    expect(setting).toEqual({ statement_timeout: `${QUERY_TIMEOUT_MS}ms` });
  });

  it('cannot write', async () => {
    const report = reports(5_000).read((select) => select('CREATE TABLE t ()', []));
    await expect(report).rejects.toMatchObject({ code: '25006' });
  });

  function reports(timeoutMs: number): ReportDatabase {
    const environment = { DATABASE_REPORT_TIMEOUT_MS: timeoutMs };
    return new ReportDatabase(dataSource, { environment } as GatewayConfig);
  }
});
