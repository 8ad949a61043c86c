import { Gateway, USER } from './support/gateway.js';

const CANARY = 'canary-credential-7f3a9c51d2';
const PATH = '/api/upstream-accounts';

describe('upstream accounts', () => {
  let gateway: Gateway;
  let admin: string;
  let user: string;
  let count = 0;

  beforeAll(async () => {
    gateway = await Gateway.start();
    admin = await gateway.login();
    user = await gateway.login(USER);
  });

  afterAll(async () => {
    await gateway.stop();
  });

  const add = (body: object = {}, token = admin) =>
    gateway.call('POST', PATH, {
      token,
      body: { name: `account-${++count}`, provider: 'openai', api_key: CANARY, ...body },
    });

  const change = (id: string, body: object) =>
    gateway.call('PUT', `${PATH}/${id}`, { token: admin, body });

  const sealed = async (id: string): Promise<string> => {
    const [row] = await gateway.database.query<{ credential: string }>(
      `SELECT encode(credential, 'hex') AS credential FROM upstream_accounts WHERE id = $1`,
      [id],
    );
    return row!.credential;
  };

  it('never shows a credential again, anywhere', async () => {
    const created = await add();
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ has_credential: true, api_key_hint: '51d2' });
    const { id } = created.body;
    const answers = [
      created,
      await gateway.call('GET', `${PATH}/${id}`, { token: admin }),
      await gateway.call('GET', `${PATH}?limit=200`, { token: admin }),
      await change(id, { api_key: `${CANARY}-new` }),
      await add({ name: created.body.name }),
      await add({ api_key: `${CANARY}\r\nx-evil: 1` }),
      await add({ base_url: `https://user:${CANARY}@example.com` }),
      await gateway.call('GET', '/api/audit?limit=200', { token: admin }),
    ];
    for (const { text } of answers) expect(text).not.toContain(CANARY);
    const stored = await gateway.database.query<{ row: string }>(
      'SELECT t::text AS row FROM upstream_accounts t UNION ALL SELECT t::text FROM audit_log t',
    );
    const text = stored.map(({ row }) => row).join('\n');
    expect(text).not.toContain(CANARY);
    expect(text).not.toContain(Buffer.from(CANARY).toString('hex'));
    expect(gateway.logs).not.toContain(CANARY);
  });

  it('keeps every setting it is given', async () => {
    const settings = {
      base_url: 'http://127.0.0.1:8000/v1',
      weight: 3,
      priority: 2,
      enabled: false,
      models: ['gpt-*'],
      model_mapping: { 'gpt-4.1': 'gpt-4.1-2025-04-14' },
      max_concurrency: 5,
      requests_per_minute: 60,
      tokens_per_minute: 9_000,
      verify_ssl: false,
    };
    const { body } = await add(settings);
    expect(body).toMatchObject({ ...settings, provider: 'openai', managed_by: null });
    const read = await gateway.call('GET', `${PATH}/${body.id}`, { token: admin });
    expect(read.body).toEqual(body);
  });

  it('has defaults for all but name, provider and credential', async () => {
    expect((await add()).body).toMatchObject({
      base_url: null,
      weight: 1,
      priority: 0,
      enabled: true,
      models: [],
      model_mapping: {},
      max_concurrency: null,
      requests_per_minute: null,
      tokens_per_minute: null,
      verify_ssl: null,
    });
  });

  it('keeps the credential of a change that brings none', async () => {
    const { id } = (await add({ base_url: 'http://127.0.0.1:1' })).body;
    const before = await sealed(id);
    const changed = await change(id, { weight: 7, base_url: null });
    expect(changed.body).toMatchObject({ weight: 7, base_url: null, api_key_hint: '51d2' });
    expect(await sealed(id)).toBe(before);
    await change(id, { api_key: 'another-credential-0001' });
    expect(await sealed(id)).not.toBe(before);
  });

  it.each([
    ['provider', 400, { provider: 'nobody' }],
    ['provider', 400, { provider: null }],
    ['name', 400, { name: '' }],
    ['api_key', 400, { api_key: undefined }],
    ['api_key', 400, { api_key: 'with space' }],
    ['weight', 400, { weight: 0 }],
    ['weight', 400, { weight: 1_001 }],
    ['weight', 400, { weight: null }],
    ['priority', 400, { priority: -1 }],
    ['models', 400, { models: ['*a*'] }],
    ['model_mapping', 400, { model_mapping: { a: 1 } }],
    ['model_mapping', 400, { model_mapping: [] }],
    ['max_concurrency', 400, { max_concurrency: 0 }],
    ['verify_ssl', 400, { verify_ssl: 'no' }],
    ['managed_by', 400, { managed_by: 'file' }],
    ['credential', 400, { credential: 'x' }],
    ['base_url', 400, { base_url: 'nonsense' }],
    ['base_url', 400, { provider: 'openai-compatible' }],
    ['base_url', 422, { base_url: 'ftp://example.com' }],
    ['base_url', 422, { base_url: 'http://169.254.169.254/latest' }],
    ['base_url', 422, { base_url: 'http://0xa9fea9fe/' }],
    ['base_url', 422, { base_url: 'https://example.com/#x' }],
  ])('refuses a bad %s with %d', async (param, status, field) => {
    const answer = await add(field);
    expect({ status: answer.status, param: answer.body.error.param }).toEqual({ status, param });
    expect(answer.body.error.message).toContain(param);
  });

  it('names the providers it knows', async () => {
    const { body } = await add({ provider: 'nobody' });
    expect(body.error.message).toMatch(/known are .*openai/);
  });

  it('takes a name once', async () => {
    const { body } = await add();
    expect((await add({ name: body.name })).status).toBe(409);
    const other = await add();
    expect((await change(other.body.id, { name: body.name })).status).toBe(409);
  });

  it('refuses a forbidden address in a change as well', async () => {
    const { id } = (await add()).body;
    expect((await change(id, { base_url: 'http://[fd00:ec2::254]' })).status).toBe(422);
    expect((await change(id, { base_url: 'http://127.0.0.1:9' })).status).toBe(200);
  });

  it('deletes an account', async () => {
    const { id } = (await add()).body;
    const at = `${PATH}/${id}`;
    expect((await gateway.call('DELETE', at, { token: admin })).status).toBe(204);
    expect((await gateway.call('GET', at, { token: admin })).status).toBe(404);
    expect((await gateway.call('GET', `${PATH}/nonsense`, { token: admin })).status).toBe(404);
  });

  it('tells the audit log, without the credential', async () => {
    const { id } = (await add()).body;
    await change(id, { api_key: 'another-credential-0001', weight: 2 });
    await gateway.call('DELETE', `${PATH}/${id}`, { token: admin });
    const { body } = await gateway.call('GET', `/api/audit?object_id=${id}`, { token: admin });
    expect(body.data.map(({ action }: { action: string }) => action)).toEqual([
      'upstream_account.delete',
      'upstream_account.update',
      'upstream_account.create',
    ]);
    expect(body.data[1].changes).toEqual({
      api_key: { from: '(hidden)', to: '(replaced)' },
      api_key_hint: { from: '51d2', to: '0001' },
      weight: { from: 1, to: 2 },
    });
  });

  it('is for administrators only', async () => {
    const { id } = (await add()).body;
    expect((await add({}, user)).status).toBe(403);
    expect((await gateway.call('GET', PATH, { token: user })).status).toBe(403);
    expect((await gateway.call('GET', `${PATH}/${id}`, { token: user })).status).toBe(403);
    expect((await gateway.call('GET', PATH)).status).toBe(401);
  });
});
