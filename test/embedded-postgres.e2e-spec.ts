import { jest } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres } from '../src/database/embedded-postgres.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { Gateway, type GatewayOptions } from './support/gateway.js';

// Each test makes a database of its own, and starts it more than once.
jest.setTimeout(60_000);

/** Empty counts as not set. */
const EMBEDDED = { DATABASE_URL: '' };

describe('embedded PostgreSQL', () => {
  let unused: TestDatabase;
  let dataDir: string;
  const started: Gateway[] = [];

  beforeAll(async () => {
    // What Gateway would make for itself on the server of the run.
    unused = await createDatabase();
  });

  afterAll(() => unused.drop());

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'gateway-embedded-'));
  });

  afterEach(async () => {
    for (const gateway of started.splice(0)) await gateway.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('keeps its data and its server through a kill and a new start', async () => {
    const first = await start();
    await query('CREATE TABLE kept AS SELECT 42 AS answer');
    const pid = postgresPid();
    await first.kill();
    expect(isAlive(pid)).toBe(true);

    const second = await start();
    expect(postgresPid()).toBe(pid);
    expect(await query('SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(await second.stop()).toBe(0);
    expect(isAlive(pid)).toBe(false);
  });

  it('recovers when its server was killed as well', async () => {
    const first = await start();
    await query('CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(postgresPid(), 'SIGKILL');
    await first.kill();

    await start();
    expect(await query('SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('refuses a second gateway on the same DATA_DIR and leaves the first alone', async () => {
    const first = await start();
    const second = await launch();
    expect(await second.untilExit()).toBe(78);
    expect(second.logs).toContain(`DATA_DIR ${dataDir} is in use by process ${first.pid}`);
    expect((await first.call('GET', '/health/ready')).status).toBe(200);
  });

  it('starts although a lock of a gateway that is gone lies there', async () => {
    writeFileSync(join(dataDir, 'gateway.lock'), JSON.stringify({ pid: 2 ** 22, birth: '1' }));
    const gateway = await start();
    expect(await gateway.stop()).toBe(0);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('stops its server on %s', async (signal) => {
    const gateway = await start();
    const pid = postgresPid();
    process.kill(gateway.pid, signal);
    expect(await gateway.untilExit()).toBe(0);
    expect(isAlive(pid)).toBe(false);
  });

  it('leaves no server behind when it is stopped while it starts', async () => {
    const gateway = await launch();
    await gateway.untilListening();
    const pid = postgresPid();
    process.kill(gateway.pid, 'SIGTERM');
    expect(await gateway.untilExit()).toBe(0);
    expect(isAlive(pid)).toBe(false);
  });

  it('leaves no server behind when the port is taken', async () => {
    const first = await start();
    const other = await mkdtemp(join(tmpdir(), 'gateway-embedded-'));
    const port = new URL(first.url).port;
    const env = { ...EMBEDDED, PORT: port };
    const second = await launch({ env, dataDir: other });
    expect(await second.untilExit()).toBe(78);
    expect(second.logs).toContain(`PORT ${port} on HOST 127.0.0.1 cannot be listened on`);
    expect(() => postgresPid(other)).toThrow('ENOENT');
    await rm(other, { recursive: true });
  });

  async function start(): Promise<Gateway> {
    const gateway = await launch();
    await gateway.untilReady();
    return gateway;
  }

  async function launch(options: Partial<GatewayOptions> = {}): Promise<Gateway> {
    const gateway = await Gateway.launch({ env: EMBEDDED, database: unused, dataDir, ...options });
    started.push(gateway);
    return gateway;
  }

  /** The first line of the file that PostgreSQL removes when it has stopped. */
  function postgresPid(directory = dataDir): number {
    const file = readFileSync(join(directory, 'postgres', 'data', 'postmaster.pid'), 'utf8');
    return Number(file.split('\n')[0]);
  }

  async function query(sql: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: EmbeddedPostgres.urlOf(dataDir) });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }
});

/** Also false for a process that has ended but whose parent has not asked for its end yet. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
