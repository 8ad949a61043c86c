import { NestFactory } from '@nestjs/core';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '../src/common/logger.js';
import { loadConfig } from '../src/config/gateway-config.js';
import { DatabaseService } from '../src/database/database.service.js';
import { Ledger } from '../src/stats/ledger.js';
import { loadAppModule } from './support/app-module.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { beginEntry, usageRecord } from './support/usage-record.js';

describe('Ledger', () => {
  let database: TestDatabase;
  let dataDir: string;

  beforeEach(async () => {
    database = await createDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'ledger-'));
  });

  afterEach(async () => {
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('brings everything to the database before the gateway closes it', async () => {
    const logger = Logger.silent();
    const environment = {
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      // Not what this is about, on a machine that is busy with other tests.
      DATABASE_CONNECT_TIMEOUT_MS: '10000',
      DATABASE_QUERY_TIMEOUT_MS: '10000',
    };
    const config = loadConfig(environment, dataDir);
    const app = await NestFactory.createApplicationContext(
      (await loadAppModule()).forRoot(config, database.url, logger),
      { logger, abortOnError: false },
    );
    await app.get(DatabaseService).start([]);
    const ended = usageRecord();
    const open = beginEntry();
    const ledger = app.get(Ledger);
    ledger.begin(open);
    ledger.end(ended);
    await app.close();
    const rows = await database.query(
      'SELECT id, end_reason FROM usage_records ORDER BY end_reason',
    );
    expect(rows).toEqual([
      { id: ended.id, end_reason: 'completed' },
      { id: open.id, end_reason: 'unknown' },
    ]);
  }, 90_000);
});
