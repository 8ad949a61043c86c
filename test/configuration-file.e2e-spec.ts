import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, type TestDatabase } from './support/database.js';
import { Gateway, type Answer } from './support/gateway.js';

const ADMIN_KEY = 'the-operators-own-admin-key';
const OLD_ENCRYPTION_KEY = 'o'.repeat(10).padEnd(32, 'ld');
const ENCRYPTION_KEY = 'fresh-key'.padEnd(32, 'xy');
const KEY_ONE = 'master-key-number-one-0001';
const KEY_TWO = 'master-key-number-two-0002';

const FILE = `
providers:
  - { name: first, type: openai, api_key: canary-provider-key-1, weight: 2, api_base: "http://127.0.0.1:9/v1" }
  - { name: second, type: openai, api_key: canary-provider-key-2, model_mapping: { "a": "b" } }
master_keys:
  - { name: one, key: ${KEY_ONE}, rate_limit: { requests_per_second: 0, burst_size: 0 } }
  - { name: two, key: ${KEY_TWO}, allowed_models: ["gpt-*"] }
`;

const SECRET = /canary|number-(one|two)/;

describe('configuration file', () => {
  let database: TestDatabase;
  let dataDir: string;
  let gateway: Gateway;

  beforeAll(async () => {
    database = await createDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'gateway-file-'));
    await start(FILE, { ENCRYPTION_KEY: OLD_ENCRYPTION_KEY });
  });

  afterAll(async () => {
    await gateway?.stop();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('declares accounts and keys that the API shows and refuses to edit', async () => {
    const token = await gateway.login();
    const keys = await gateway.call('GET', '/api/keys', { token });
    const accounts = await gateway.call('GET', '/api/upstream-accounts', { token });
    expect(byName(keys.body)).toMatchObject({
      one: { managed_by: 'file', rate_limit: { requests_per_second: 0, burst_size: 0 } },
      two: { managed_by: 'file', rate_limit: null, allowed_models: ['gpt-*'], user_id: null },
    });
    expect(byName(accounts.body)).toMatchObject({
      first: { managed_by: 'file', weight: 2, base_url: 'http://127.0.0.1:9/v1' },
      second: { managed_by: 'file', weight: 1, base_url: null, model_mapping: { a: 'b' } },
    });
    const paths = [
      `/api/keys/${keys.body.data[0].id}`,
      `/api/upstream-accounts/${accounts.body.data[0].id}`,
    ];
    for (const path of paths) {
      for (const method of ['PUT', 'PATCH', 'DELETE']) {
        const body = method === 'DELETE' ? undefined : { name: 'mine' };
        const answer = await gateway.call(method, path, { token, body });
        expect(answer.status).toBe(409);
        expect(answer.body.error.message).toContain('configuration file');
      }
    }
    const rotated = await gateway.call('POST', `${paths[0]}/rotate`, { token, body: {} });
    expect(rotated.status).toBe(409);
    expect(gateway.logs + (await stored()).join()).not.toMatch(SECRET);
    expect((await audited()).length).toBeGreaterThanOrEqual(4);
  });

  describe('taken over while the gateway runs', () => {
    beforeEach(async () => {
      await database.query('DELETE FROM api_keys WHERE managed_by IS NULL');
      await database.query('DELETE FROM upstream_accounts WHERE managed_by IS NULL');
      await takeOver(FILE);
    });

    it('adds, changes and removes what it declares, and nothing else', async () => {
      const token = await gateway.login();
      const issued = await gateway.call('POST', '/api/keys', { token, body: { name: 'one' } });
      expect(issued.status).toBe(201);
      const changed = FILE.replace('name: two', 'name: three')
        .replace('weight: 2', 'weight: 5')
        .replace('canary-provider-key-2', 'canary-provider-key-3');
      await takeOver(changed);
      const keys = await gateway.call('GET', '/api/keys', { token });
      expect(keys.body.data.map(({ name }: { name: string }) => name).sort()).toEqual([
        'one',
        'one',
        'three',
      ]);
      const accounts = await gateway.call('GET', '/api/upstream-accounts', { token });
      expect(byName(accounts.body)).toMatchObject({
        first: { weight: 5, api_key_hint: 'ey-1' },
        second: { weight: 1, api_key_hint: 'ey-3' },
      });
    });

    it('lets two keys swap their secrets', async () => {
      const before = await digests();
      const swapped = FILE.replace(KEY_ONE, 'x')
        .replace(KEY_TWO, KEY_ONE)
        .replace('key: x,', `key: ${KEY_TWO},`);
      await takeOver(swapped);
      expect(await digests()).toEqual({ one: before['two'], two: before['one'] });
    });

    it('refuses a key or an account name that the API has already given away', async () => {
      await takeOver('{}');
      expect(await stored()).toEqual([]);
      const token = await gateway.login();
      const account = { name: 'first', provider: 'openai', api_key: 'somebody-elses-key' };
      await gateway.call('POST', '/api/upstream-accounts', { token, body: account });
      const issued = await gateway.call('POST', '/api/keys', { token, body: { name: 'mine' } });
      expect(await refused(FILE)).toMatch(/providers: "first": an account of this name/);
      const message = await refused(`master_keys: [{ name: taken, key: ${issued.body.key} }]`);
      expect(message).toMatch(/master_keys: the key of "taken" already exists as the API key/);
      expect(message + gateway.logs).not.toContain(issued.body.key);
    });

    it.each([
      [
        'an unknown provider',
        (file: string) => file.replace('type: openai', 'type: nobody'),
        /providers: "first": type: .*nobody/,
      ],
      [
        'a forbidden address',
        (file: string) => file.replace('127.0.0.1:9', '169.254.169.254'),
        /providers: "first": api_base: .*UPSTREAM_ALLOW_PRIVATE/,
      ],
      [
        'two accounts of one name',
        (file: string) => file.replace('name: second', 'name: first'),
        /providers: "first": is declared twice/,
      ],
      [
        'two keys of one name',
        (file: string) => file.replace('name: two', 'name: one'),
        /master_keys: "one" is declared twice/,
      ],
      [
        'one key twice',
        (file: string) => file.replace(KEY_TWO, KEY_ONE),
        /master_keys: "one" and "two" have the same key/,
      ],
      [
        'a key with a wrong checksum',
        (file: string) => file.replace(KEY_TWO, `sk-gw-${'0'.repeat(43)}_000000`),
        /master_keys: the key of "two".*checksum/,
      ],
      [
        'a pattern with a star inside',
        (file: string) => file.replace('gpt-*', 'g*t'),
        /master_keys: "g\*t" in allowed_models of "two"/,
      ],
    ])('changes nothing on %s', async (_, spoil, reason) => {
      const before = await stored();
      const message = await refused(spoil(FILE.replace('weight: 2', 'weight: 9')));
      expect(message).toMatch(reason);
      expect(message + gateway.logs).not.toMatch(SECRET);
      expect(await stored()).toEqual(before);
    });
  });

  describe('at the next start', () => {
    it('touches nothing when it says what it said before', async () => {
      await takeOver(FILE);
      await gateway.stop();
      const before = [await stored(), await audited()];
      await start(FILE, { ENCRYPTION_KEY: OLD_ENCRYPTION_KEY });
      expect([await stored(), await audited()]).toEqual(before);
    });

    it('encrypts anew what an older key encrypted', async () => {
      await gateway.stop();
      const before = await keyIds();
      await start(FILE, { ENCRYPTION_KEY, ENCRYPTION_KEYS_OLD: OLD_ENCRYPTION_KEY });
      const after = await keyIds();
      expect(after).toHaveLength(1);
      expect(after).not.toEqual(before);
    });

    it('changes nothing and ends the start on a fault', async () => {
      await gateway.stop();
      const before = await stored();
      const config = FILE.replace('weight: 2', 'weight: 9').replace(KEY_TWO, KEY_ONE);
      gateway = await Gateway.launch({ config, database, dataDir, env: { ENCRYPTION_KEY } });
      expect(await gateway.untilExit()).toBe(78);
      expect(gateway.logs).toMatch(/master_keys: "one" and "two" have the same key/);
      expect(gateway.logs).not.toMatch(SECRET);
      expect(await stored()).toEqual(before);
    });
  });

  async function start(config: string, env: Record<string, string>): Promise<void> {
    gateway = await Gateway.start({ config, database, dataDir, env: { ADMIN_KEY, ...env } });
  }

  async function takeOver(config: string): Promise<void> {
    const { status, text } = await reload(config);
    if (status !== 200) throw new Error(`reload: ${status} ${text}`);
  }

  async function reload(config: string): Promise<Answer> {
    await writeFile(join(dataDir, 'test-config.yaml'), config);
    return gateway.call('POST', '/admin/v1/config/reload', { token: ADMIN_KEY });
  }

  async function refused(config: string): Promise<string> {
    const { status, body } = await reload(config);
    expect(status).toBe(422);
    return body.error.message as string;
  }

  async function stored(): Promise<string[]> {
    const rows = await database.query<{ row: string }>(
      `SELECT t::text AS row FROM api_keys t UNION ALL SELECT t::text FROM upstream_accounts t ORDER BY 1`,
    );
    return rows.map(({ row }) => row);
  }

  /** What was ever done to an account or a key. */
  async function audited(): Promise<string[]> {
    const rows = await database.query<{ action: string }>(
      'SELECT action FROM audit_log WHERE object_type IS NOT NULL ORDER BY id',
    );
    return rows.map(({ action }) => action);
  }

  async function digests(): Promise<Record<string, string>> {
    const rows = await database.query<{ name: string; digest: string }>(
      `SELECT name, encode(digest, 'hex') AS digest FROM api_keys`,
    );
    return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
  }

  async function keyIds(): Promise<string[]> {
    const rows = await database.query<{ id: string }>(
      'SELECT DISTINCT credential_key_id AS id FROM upstream_accounts',
    );
    return rows.map(({ id }) => id);
  }
});

function byName({ data }: { data: { name: string }[] }): Record<string, unknown> {
  return Object.fromEntries(data.map((item) => [item.name, item]));
}
