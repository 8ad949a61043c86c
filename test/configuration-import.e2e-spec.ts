import { jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createDatabase, type TestDatabase } from './support/database.js';
import { Gateway } from './support/gateway.js';

jest.setTimeout(60_000);

const KEY = 'sk-custom-0123456789abcdef';
const FILE = `
server: { port: 18999 }
providers:
  - { name: one, type: claude, api_key: "\${CREDENTIAL}", weight: 2 }
  - { name: two, type: openai, api_key: canary-credential }
master_keys:
  - { name: Production, key: ${KEY}, rate_limit: { requests_per_second: 5, burst_size: 9 } }
`;

describe('config:import', () => {
  let database: TestDatabase;
  let directory: string;

  beforeEach(async () => {
    database = await createDatabase();
    directory = await mkdtemp(join(tmpdir(), 'gateway-import-'));
    await write(FILE);
  });

  afterEach(async () => {
    await database.drop();
    await rm(directory, { recursive: true, force: true });
  });

  it('writes a file into an empty database, as what the API may edit', async () => {
    const { code, output } = await run(['accounts.yaml']);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toMatch(
      /created +providers +one\ncreated +providers +two\ncreated +master_keys/,
    );
    expect(output).toContain('3 created\n');
    expect(output).toContain('left out, because the database does not keep it: server\n');
    expect(output).not.toMatch(/canary|sk-custom|hidden/);
    await withGateway(async (gateway) => {
      const token = await gateway.login();
      const { body } = await gateway.call('GET', '/api/upstream-accounts', { token });
      expect(body.data).toMatchObject([
        { name: 'two', managed_by: null },
        { name: 'one', managed_by: null, provider: 'anthropic', weight: 2, api_key_hint: 'n' },
      ]);
      const path = `/api/upstream-accounts/${body.data[0].id}`;
      const edited = await gateway.call('PUT', path, { token, body: { weight: 7 } });
      expect(edited.status).toBe(200);
      const models = await gateway.call('GET', '/v1/models', { token: KEY });
      expect(models.status).toBe(200);
    });
  });

  it('brings what was imported before up to date, and says what it did', async () => {
    await run(['accounts.yaml']);
    const again = await run(['accounts.yaml']);
    expect(again.output).toContain('3 unchanged\n');
    const changed = FILE.replace('weight: 2', 'weight: 3').replace(KEY, 'sk-custom-another-key');
    await write(changed.replace('name: two', 'name: three'));
    const { output } = await run(['accounts.yaml']);
    expect(output).toMatch(
      /updated +providers +one\ncreated +providers +three\nupdated +master_keys/,
    );
    const names = await database.query<{ name: string }>(
      'SELECT name FROM upstream_accounts ORDER BY name',
    );
    expect(names.map(({ name }) => name)).toEqual(['one', 'three', 'two']);
  });

  it('reaches a gateway that runs', async () => {
    await withGateway(async (gateway) => {
      expect((await gateway.call('GET', '/v1/models', { token: KEY })).status).toBe(401);
      expect((await run(['accounts.yaml'])).code).toBe(0);
      const deadline = performance.now() + 1_000;
      let status = 401;
      while (status === 401 && performance.now() < deadline) {
        status = (await gateway.call('GET', '/v1/models', { token: KEY })).status;
      }
      expect(status).toBe(200);
    });
  });

  it.each([
    [
      'a field it does not know',
      (file: string) => file.replace('weight', 'wait'),
      ':4: providers.0',
    ],
    [
      'a forbidden address',
      (file: string) => file.replace('openai', 'openai, api_base: "http://169.254.169.254"'),
      ':5: providers: "two": api_base',
    ],
  ])('changes nothing on %s, and names line and reason', async (_, spoil, reason) => {
    await write(spoil(FILE));
    const { code, output } = await run(['accounts.yaml']);
    expect(code).toBe(78);
    expect(output).toContain(`accounts.yaml${reason}`);
    expect(output).not.toMatch(/canary|sk-custom|hidden/);
    const [tables] = await database.query<{ there: string | null }>(
      `SELECT to_regclass('upstream_accounts') AS there`,
    );
    if (tables!.there === null) return;
    expect(await database.query('SELECT 1 FROM upstream_accounts')).toEqual([]);
  });

  it('leaves alone what a configuration file manages', async () => {
    await withGateway(() => Promise.resolve(), FILE);
    const same = await run(['accounts.yaml']);
    expect(same).toMatchObject({ code: 0 });
    expect(same.output).toContain('3 unchanged\n');
    await write(FILE.replace('weight: 2', 'weight: 9'));
    const other = await run(['accounts.yaml']);
    expect(other.code).toBe(78);
    expect(other.output).toContain(
      'accounts.yaml:4: providers: "one": is managed by the configuration file',
    );
    await write(FILE.replace('burst_size: 9', 'burst_size: 8'));
    const key = await run(['accounts.yaml']);
    expect(key.code).toBe(78);
    expect(key.output).toMatch(/accounts.yaml:7: master_keys: the key of "Production" already/);
  });

  it('does not stand in the way of a start with the same file, which then manages it', async () => {
    await write(FILE, 'config.yaml');
    const { output } = await run(['config.yaml']);
    expect(output).toContain('The gateway reads this file at its start as well');
    await withGateway(async (gateway) => {
      const token = await gateway.login();
      for (const list of ['/api/keys', '/api/upstream-accounts']) {
        const { body } = await gateway.call('GET', list, { token });
        expect(body.data.map((one: { managed_by: string }) => one.managed_by)).toEqual(
          body.data.map(() => 'file'),
        );
      }
    });
  });

  it('uses an embedded database as well, whether or not a gateway has it', async () => {
    const env = { DATABASE_URL: '', DATA_DIR: join(directory, 'data') };
    expect(await run(['accounts.yaml'], env)).toMatchObject({ code: 0 });
    const gateway = await Gateway.start({ env, database, dataDir: directory });
    const again = await run(['accounts.yaml'], env);
    const models = await gateway.call('GET', '/v1/models', { token: KEY });
    await gateway.stop();
    expect(again.output).toContain('3 unchanged\n');
    expect(models.status).toBe(200);
  });

  it('wants one file', async () => {
    expect(await run([])).toMatchObject({ code: 64, output: expect.stringContaining('usage') });
    expect(await run(['missing.yaml'])).toMatchObject({
      code: 78,
      output: expect.stringContaining('missing.yaml: cannot be read (ENOENT)'),
    });
  });

  const write = (text: string, name = 'accounts.yaml') => writeFile(join(directory, name), text);

  /** In the same DATA_DIR, so with the same secrets. */
  async function withGateway(act: (gateway: Gateway) => Promise<unknown>, config?: string) {
    const gateway = await Gateway.start({
      database,
      dataDir: directory,
      env: { CREDENTIAL: 'hidden' },
      ...(config !== undefined && { config }),
    });
    try {
      await act(gateway);
    } finally {
      await gateway.stop();
    }
  }

  function run(words: readonly string[], env: Record<string, string> = {}) {
    const script = resolve('scripts/import-configuration.mjs');
    const options = {
      cwd: directory,
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: database.url,
        DATA_DIR: directory,
        CREDENTIAL: 'hidden',
        ...env,
      },
    };
    return new Promise<{ code: number; output: string }>((done) => {
      execFile(process.execPath, [script, ...words], options, (error, stdout, stderr) => {
        done({ code: Number(error?.code ?? 0), output: stdout + stderr });
      });
    });
  }
});
