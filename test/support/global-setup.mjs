import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One PostgreSQL for the whole run, the built gateway's own embedded one unless TEST_DATABASE_URL names another. */
export default async function setup() {
  if (process.env.TEST_DATABASE_URL) return;
  const { EmbeddedPostgres } = await import('../../dist/src/database/embedded-postgres.js');
  const directory = await mkdtemp(join(tmpdir(), 'gateway-test-'));
  globalThis.__POSTGRES__ = { server: await EmbeddedPostgres.start(directory), directory };
  process.env.TEST_DATABASE_URL = globalThis.__POSTGRES__.server.url;
}
