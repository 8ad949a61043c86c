import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres } from '../src/database/embedded-postgres.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { Gateway, type GatewayOptions } from './support/gateway.js';

/** Empty counts as not set. */
const EMBEDDED = { DATABASE_URL: '' };

describe('embedded PostgreSQL', () => {
  let unused: TestDatabase;
  let dataDir: string;
  /** In which no start has come to its end. */
  let freshDir: string;
  /** The one that has `dataDir`: a test takes it as the one before left it, and puts another in its place. */
  let gateway: Gateway;
  const launched: Gateway[] = [];

  beforeAll(async () => {
    // What Gateway would make for itself on the server of the run.
    unused = await createDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'gateway-embedded-'));
    freshDir = await mkdtemp(join(tmpdir(), 'gateway-embedded-'));
    gateway = await start();
    await query('CREATE TABLE kept AS SELECT 42 AS answer');
  });

  afterAll(async () => {
    for (const one of launched) await one.stop();
    for (const one of [dataDir, freshDir]) await rm(one, { recursive: true, force: true });
    await unused.drop();
  });

  it('keeps its data and its server through a kill and a new start', async () => {
    const pid = postgresPid();
    await gateway.kill();
    expect(isAlive(pid)).toBe(true);

    gateway = await start();
    expect(postgresPid()).toBe(pid);
    expect(await query('SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('recovers when its server was killed as well', async () => {
    process.kill(postgresPid(), 'SIGKILL');
    await gateway.kill();

    gateway = await start();
    expect(await query('SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('refuses a second gateway on the same DATA_DIR and leaves the first alone', async () => {
    const second = await launch();
    expect(await second.untilExit()).toBe(78);
    expect(second.logs).toContain(`DATA_DIR ${dataDir} is in use by process ${gateway.pid}`);
    expect((await gateway.call('GET', '/health/ready')).status).toBe(200);
  });

  it('leaves no server behind when the port is taken', async () => {
    const port = new URL(gateway.url).port;
    const env = { ...EMBEDDED, PORT: port };
    const second = await launch({ env, dataDir: freshDir });
    expect(await second.untilExit()).toBe(78);
    expect(second.logs).toContain(`PORT ${port} on HOST 127.0.0.1 cannot be listened on`);
    expect(() => postgresPid(freshDir)).toThrow('ENOENT');
  });

  it('stops its server on SIGINT', async () => {
    const pid = postgresPid();
    process.kill(gateway.pid, 'SIGINT');
    expect(await gateway.untilExit()).toBe(0);
    expect(isAlive(pid)).toBe(false);
  });

  it('starts although a lock of a gateway that is gone lies there, and stops its server on SIGTERM', async () => {
    writeFileSync(join(dataDir, 'gateway.lock'), JSON.stringify({ pid: 2 ** 22, birth: '1' }));
    gateway = await start();
    const pid = postgresPid();
    expect(await query('SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    process.kill(gateway.pid, 'SIGTERM');
    expect(await gateway.untilExit()).toBe(0);
    expect(isAlive(pid)).toBe(false);
  });

  it('leaves no server behind when it is stopped while it starts', async () => {
    const starting = await launch({ dataDir: freshDir });
    await starting.untilListening();
    const pid = postgresPid(freshDir);
    process.kill(starting.pid, 'SIGTERM');
    expect(await starting.untilExit()).toBe(0);
    expect(isAlive(pid)).toBe(false);
  });

  async function start(): Promise<Gateway> {
    const one = await launch();
    await one.untilReady();
    return one;
  }

  async function launch(options: Partial<GatewayOptions> = {}): Promise<Gateway> {
    const one = await Gateway.launch({ env: EMBEDDED, database: unused, dataDir, ...options });
    launched.push(one);
    return one;
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
