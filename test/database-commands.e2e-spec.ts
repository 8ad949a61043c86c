import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createDatabase, type TestDatabase } from './support/database.js';
import { QUICK_START, Gateway } from './support/gateway.js';

interface Ended {
  code: number;
  output: string;
}

describe('database commands', () => {
  let database: TestDatabase;
  let directory: string;

  beforeEach(async () => {
    database = await createDatabase();
    directory = await mkdtemp(join(tmpdir(), 'gateway-commands-'));
  });

  afterEach(async () => {
    await database.drop();
    await rm(directory, { recursive: true, force: true });
  });

  it('checks, migrates, checks again', async () => {
    const before = await run('check');
    expect(before).toMatchObject({ code: 0 });
    expect(before.output).toMatch(/PostgreSQL \d+/);
    expect(before.output).toMatch(/migrations {2}(\d+) known, \1 pending/);
    expect((await run('migrate')).output).toContain('applied Create');
    expect((await run('migrate')).output).toContain('nothing to do');
    expect((await run('check')).output).toContain(' 0 pending');
  });

  it('says that no database answers, without the password', async () => {
    const { code, output } = await run('check', [], {
      DATABASE_URL: 'postgres://me:hidden@127.0.0.1:1/none',
    });
    expect(code).toBe(1);
    expect(output).toContain('cannot connect to postgres://me@127.0.0.1:1/none');
    expect(output).not.toContain('hidden');
  });

  it('makes a migration file that does not run by accident', async () => {
    expect((await run('create', ['add tags', 'toKeys'])).code).toBe(0);
    const [name] = await readdir(join(directory, 'migrations'));
    expect(name).toMatch(/^\d{13}-add-tags-to-keys\.ts$/);
    const text = await readFile(join(directory, 'migrations', name!), 'utf8');
    expect(text).toContain(`export class AddTagsToKeys${name!.slice(0, 13)} implements`);
    expect((await run('create')).code).toBe(64);
  });

  it('empties the database only when told so', async () => {
    await database.query('CREATE TABLE mine AS SELECT 1');
    const refused = await run('reset');
    expect(refused.code).toBe(1);
    expect(refused.output).toContain('--yes');
    expect(await tables()).toContain('mine');
    expect((await run('reset', ['--yes'])).code).toBe(0);
    expect(await tables()).not.toContain('mine');
    expect((await run('check')).output).toContain(' 0 pending');
  });

  it('asks for --yes in production', async () => {
    const { code, output } = await run('reset', [], { NODE_ENV: 'production' });
    expect({ code, output }).toMatchObject({ code: 1 });
    expect(output).toContain('in production it needs: npm run db:reset -- --yes');
  });

  it('uses the embedded database of a running gateway, but does not empty it', async () => {
    const embedded = { DATABASE_URL: '', DATA_DIR: join(directory, 'data') };
    const gateway = await Gateway.start({ env: embedded, database, dataDir: directory });
    const checked = await run('check', [], embedded);
    const refused = await run('reset', ['--yes'], embedded);
    await gateway.stop();
    expect(checked).toMatchObject({ code: 0 });
    expect(checked.output).toContain(`embedded in ${embedded.DATA_DIR}`);
    expect(refused.code).toBe(78);
    expect(refused.output).toContain('is in use by process');
    expect((await run('check', [], embedded)).code).toBe(0);
  });

  function run(
    command: string,
    words: readonly string[] = [],
    env: Record<string, string> = {},
  ): Promise<Ended> {
    const script = resolve('scripts/database.mjs');
    const options = {
      cwd: directory,
      env: { PATH: process.env['PATH'], DATABASE_URL: database.url, ...QUICK_START, ...env },
    };
    return new Promise((done) => {
      execFile(process.execPath, [script, command, ...words], options, (error, stdout, stderr) => {
        done({ code: Number(error?.code ?? 0), output: stdout + stderr });
      });
    });
  }

  async function tables(): Promise<string[]> {
    const rows = await database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    return rows.map(({ name }) => name);
  }
});
