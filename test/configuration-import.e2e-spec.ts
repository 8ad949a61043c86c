import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createDatabase, type TestDatabase } from './support/database.js';
import { QUICK_START, Gateway } from './support/gateway.js';

const KEY = 'sk-custom-0123456789abcdef';
const OTHER_KEY = 'sk-custom-another-key';
const FILE = `
server: { port: 18999 }
providers:
  - { name: one, type: claude, api_key: "\${CREDENTIAL}", weight: 2 }
  - { name: two, type: openai, api_key: canary-credential }
master_keys:
  - { name: Production, key: ${KEY}, rate_limit: { requests_per_second: 5, burst_size: 9 } }
`;
const SECRET = /canary|sk-custom|hidden/;

interface Ended {
  code: number;
  output: string;
}

describe('config:import', () => {
  let database: TestDatabase;
  let directory: string;

  beforeAll(async () => {
    database = await createDatabase();
    directory = await mkdtemp(join(tmpdir(), 'gateway-import-'));
  });

  beforeEach(() => write(FILE));

  afterAll(async () => {
    await database.drop();
    await rm(directory, { recursive: true, force: true });
  });

  it('wants one file', async () => {
    expect(await run([])).toMatchObject({ code: 64, output: expect.stringContaining('usage') });
    expect(await run(['missing.yaml'])).toMatchObject({
      code: 78,
      output: expect.stringContaining('missing.yaml: cannot be read (ENOENT)'),
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
    expect(output).not.toMatch(SECRET);
    const [tables] = await database.query<{ there: string | null }>(
      `SELECT to_regclass('upstream_accounts') AS there`,
    );
    if (tables!.there === null) return;
    expect(await database.query('SELECT 1 FROM upstream_accounts')).toEqual([]);
  });

  describe('into an empty embedded database, which a gateway has afterwards', () => {
    let embedded: Record<string, string>;
    let imported: Ended;
    let gateway: Gateway;

    beforeAll(async () => {
      embedded = { DATABASE_URL: '', DATA_DIR: join(directory, 'embedded') };
      await write(FILE);
      imported = await run(['accounts.yaml'], embedded);
      gateway = await start(embedded);
    });

    afterAll(() => gateway?.stop());

    it('says what it did, and what it left out', () => {
      const { code, output } = imported;
      expect({ code, output }).toMatchObject({ code: 0 });
      expect(output).toMatch(
        /created +providers +one\ncreated +providers +two\ncreated +master_keys/,
      );
      expect(output).toContain('3 created\n');
      expect(output).toContain('left out, because the database does not keep it: server\n');
      expect(output).not.toMatch(SECRET);
    });

    it('writes what the API may edit', async () => {
      const token = await gateway.login();
      const { body } = await gateway.call('GET', '/api/upstream-accounts', { token });
      expect(body.data).toMatchObject([
        { name: 'two', managed_by: null },
        { name: 'one', managed_by: null, provider: 'anthropic', weight: 2, api_key_hint: 'n' },
      ]);
      const path = `/api/upstream-accounts/${body.data[0].id}`;
      const edited = await gateway.call('PUT', path, { token, body: { weight: 7 } });
      expect(edited.status).toBe(200);
      expect((await models(KEY)).status).toBe(200);
    });

    it('brings what was imported before up to date, in the gateway that runs as well', async () => {
      expect((await models(OTHER_KEY)).status).toBe(401);
      const changed = FILE.replace('weight: 2', 'weight: 3').replace(KEY, OTHER_KEY);
      await write(changed.replace('name: two', 'name: three'));
      const { output } = await run(['accounts.yaml'], embedded);
      expect(output).toMatch(
        /updated +providers +one\ncreated +providers +three\nupdated +master_keys/,
      );
      const deadline = performance.now() + 1_000;
      let status = 401;
      while (status === 401 && performance.now() < deadline) {
        status = (await models(OTHER_KEY)).status;
      }
      expect(status).toBe(200);
      const token = await gateway.login();
      const { body } = await gateway.call('GET', '/api/upstream-accounts', { token });
      const names = body.data.map(({ name }: { name: string }) => name);
      expect(names.sort()).toEqual(['one', 'three', 'two']);
      const again = await run(['accounts.yaml'], embedded);
      expect(again.output).toContain('3 unchanged\n');
    });

    const models = (token: string) => gateway.call('GET', '/v1/models', { token });
  });

  describe('of the file that the gateway reads at its start', () => {
    let imported: Ended;
    let gateway: Gateway;

    beforeAll(async () => {
      await write(FILE, 'config.yaml');
      imported = await run(['config.yaml']);
      gateway = await start();
    });

    afterAll(() => gateway?.stop());

    it('does not stand in the way of that start, which then manages it', async () => {
      expect(imported).toMatchObject({ code: 0 });
      expect(imported.output).toContain('The gateway reads this file at its start as well');
      const token = await gateway.login();
      for (const list of ['/api/keys', '/api/upstream-accounts']) {
        const { body } = await gateway.call('GET', list, { token });
        expect(body.data).not.toEqual([]);
        expect(body.data.map((one: { managed_by: string }) => one.managed_by)).toEqual(
          body.data.map(() => 'file'),
        );
      }
    });

    it('leaves alone what it manages', async () => {
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
  });

  const write = (text: string, name = 'accounts.yaml') => writeFile(join(directory, name), text);

  /** In the same DATA_DIR, so with the same secrets. */
  const start = (env: Record<string, string> = {}) =>
    Gateway.start({ database, dataDir: directory, env: { CREDENTIAL: 'hidden', ...env } });

  function run(words: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
    const script = resolve('scripts/import-configuration.mjs');
    const options = {
      cwd: directory,
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: database.url,
        DATA_DIR: directory,
        CREDENTIAL: 'hidden',
        ...QUICK_START,
        ...env,
      },
    };
    return new Promise((done) => {
      execFile(process.execPath, [script, ...words], options, (error, stdout, stderr) => {
        done({ code: Number(error?.code ?? 0), output: stdout + stderr });
      });
    });
  }
});
