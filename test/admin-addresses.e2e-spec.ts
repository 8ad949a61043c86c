import { Gateway, USER, type Answer } from './support/gateway.js';
import { HELLO_ANSWER, json, Upstream } from './support/upstream.js';

const ADMIN_KEY = 'the-operators-own-admin-key';
const SECRET = 'sk-custom-0123456789abcdef';
const CREDENTIAL = 'canary-credential-of-the-provider';

const FILE = `
providers: [{ name: Provider-1, type: openai, api_key: canary-file-credential, models: [nothing] }]
master_keys: [{ name: Production Key, key: canary-file-master-key }]
`;

describe('the other documented addresses', () => {
  let upstream: Upstream;
  let gateway: Gateway;
  const answers: string[] = [];

  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await gateway.call(method, path, { token: ADMIN_KEY, body });
    answers.push(answer.text);
    return answer;
  };
  const chat = (key: string, model: string) =>
    gateway.call('POST', '/v1/chat/completions', {
      headers: { authorization: `Bearer ${key}` },
      body: { model, messages: [{ role: 'user', content: 'hi' }] },
    });

  const provider = (id: string, more: object = {}) => ({
    id,
    provider_type: 'openai',
    api_base: `${upstream.url}/v1`,
    api_key: CREDENTIAL,
    model_mapping: { 'claude-4.5-sonnet': 'actual-model-name' },
    is_enabled: true,
    ...more,
  });
  const masterKey = (id: string, more: object = {}) => ({
    id,
    key: SECRET,
    name: 'Production Key',
    allowed_models: ['*'],
    is_enabled: true,
    rate_limit: { requests_per_second: 100, burst_size: 150 },
    ...more,
  });

  beforeAll(async () => {
    upstream = await Upstream.start();
    upstream.otherwise((response) => json(response, 200, HELLO_ANSWER));
    gateway = await Gateway.start({ env: { ADMIN_KEY }, config: FILE });
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  it('lets a client through with a key and a provider that were made under them', async () => {
    const made = await call('POST', '/admin/v1/providers', provider('provider-1'));
    expect(made).toMatchObject({
      status: 201,
      body: {
        id: 'provider-1',
        provider_type: 'openai',
        api_base: `${upstream.url}/v1`,
        api_key_hint: 'ider',
        model_mapping: { 'claude-4.5-sonnet': 'actual-model-name' },
        is_enabled: true,
        managed_by: null,
      },
    });
    const key = await call('POST', '/admin/v1/master-keys', masterKey('key-1'));
    expect(key).toMatchObject({
      status: 201,
      body: {
        id: 'key-1',
        name: 'Production Key',
        prefix: 'sk-cus',
        allowed_models: ['*'],
        is_enabled: true,
        rate_limit: { requests_per_second: 100, burst_size: 150 },
      },
    });
    expect(key.body.key).toBeUndefined();
    const answer = await chat(SECRET, 'claude-4.5-sonnet');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-gateway-account')).toBe('provider-1');
    const [received] = upstream.callsFor('actual-model-name');
    expect(received).toMatchObject({
      path: '/v1/chat/completions',
      headers: { authorization: `Bearer ${CREDENTIAL}` },
    });
  });

  it('shows, lists, changes and deletes a provider by the name its maker gave it', async () => {
    await call('POST', '/admin/v1/providers', provider('mine', { model_mapping: {} }));
    const path = '/admin/v1/providers/mine';
    expect((await call('GET', path)).body).toMatchObject({ id: 'mine', is_enabled: true });
    const list = await call('GET', '/admin/v1/providers?limit=1');
    expect(list.body).toMatchObject({ data: [{ id: 'mine' }], next_cursor: expect.any(String) });
    const changed = await call('PUT', path, { id: 'mine', is_enabled: false, api_base: null });
    expect(changed).toMatchObject({ status: 200, body: { is_enabled: false, api_base: null } });
    expect((await call('PUT', path, { id: 'another' })).status).toBe(400);
    expect(await call('DELETE', path)).toMatchObject({ status: 204, text: '' });
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const body = method === 'PUT' ? {} : undefined;
      expect([method, (await call(method, path, body)).status]).toEqual([method, 404]);
    }
  });

  it('shows, lists, changes and deletes a key by the name its maker gave it', async () => {
    const made = await call('POST', '/admin/v1/master-keys', { id: 'generated' });
    expect(made.body).toMatchObject({ id: 'generated', name: 'generated', rate_limit: null });
    const issued = made.body.key as string;
    expect(issued).toMatch(/^sk-gw-/);
    expect((await chat(issued, 'claude-4.5-sonnet')).status).toBe(200);
    const path = '/admin/v1/master-keys/generated';
    const shown = await call('GET', path);
    expect(shown.body).toMatchObject({ id: 'generated', prefix: issued.slice(0, 12) });
    expect((await call('GET', '/admin/v1/master-keys')).body.data[0].id).toBe('generated');
    const brought = 'sk-custom-another-key-of-mine';
    const changed = await call('PUT', path, { key: brought, allowed_models: ['claude-*'] });
    expect(changed).toMatchObject({ status: 200, body: { allowed_models: ['claude-*'] } });
    expect((await chat(issued, 'claude-4.5-sonnet')).status).toBe(401);
    expect((await chat(brought, 'claude-4.5-sonnet')).status).toBe(200);
    expect((await chat(brought, 'gpt-4.1')).status).toBeGreaterThanOrEqual(403);
    expect((await call('PUT', path, { is_enabled: false })).status).toBe(200);
    expect((await chat(brought, 'claude-4.5-sonnet')).status).toBe(401);
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('GET', path)).status).toBe(404);
    expect(shown.text + changed.text).not.toMatch(new RegExp(`${issued}|${brought}`));
  });

  it.each([
    ['openai', 'openai'],
    ['anthropic', 'anthropic'],
    ['claude', 'anthropic'],
    ['gemini', 'gemini'],
    ['ernie', 'ernie'],
    ['baidu', 'ernie'],
    ['deepseek', 'deepseek'],
    ['azure', 'azure'],
    ['openai-compatible', 'openai-compatible'],
  ])('know the provider type %s', async (type, canonical) => {
    const body = provider(`type-${type}`, { provider_type: type, is_enabled: false });
    const made = await call('POST', '/admin/v1/providers', body);
    expect(made).toMatchObject({ status: 201, body: { provider_type: canonical } });
  });

  it('list what goes by other names under theirs, and refuse to edit what the file declares', async () => {
    const providers = await call('GET', '/admin/v1/providers');
    expect(providers.body.data).toContainEqual(
      expect.objectContaining({ id: 'Provider-1', managed_by: 'file' }),
    );
    const keys = await call('GET', '/admin/v1/master-keys');
    const { id } = keys.body.data.find(({ managed_by: by }: { managed_by: string }) => by);
    for (const path of [
      '/admin/v1/providers/Provider-1',
      `/admin/v1/master-keys/${id as string}`,
    ]) {
      expect((await call('GET', path)).status).toBe(200);
      for (const method of ['PUT', 'DELETE']) {
        const body = method === 'PUT' ? { is_enabled: false } : undefined;
        const answer = await call(method, path, body);
        expect(answer).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } });
        expect(answer.body.error.message).toContain('managed by the configuration file');
      }
    }
  });

  it.each([
    ['a name that is taken', 'providers', () => provider('provider-1'), 409, 'id'],
    [
      'an unknown type',
      'providers',
      () => provider('x', { provider_type: 'nobody' }),
      400,
      'provider_type',
    ],
    [
      'an address nobody may point at',
      'providers',
      () => provider('x', { api_base: 'http://169.254.169.254/v1' }),
      422,
      'api_base',
    ],
    ['no credential', 'providers', () => provider('x', { api_key: undefined }), 400, 'api_key'],
    ['a field that is not there', 'providers', () => provider('x', { weigth: 1 }), 400, 'weigth'],
    [
      'a name that is taken',
      'master-keys',
      () => masterKey('key-1', { key: undefined }),
      409,
      'id',
    ],
    ['a key that is taken', 'master-keys', () => masterKey('x'), 409, 'key'],
    ['a short key', 'master-keys', () => masterKey('x', { key: 'sk-short' }), 400, 'key'],
    [
      'a key with a wrong checksum',
      'master-keys',
      () => masterKey('x', { key: `sk-gw-${'0'.repeat(43)}_000000` }),
      400,
      'key',
    ],
  ])('refuse %s of %s', async (_, kind, body, status, param) => {
    const answer = await call('POST', `/admin/v1/${kind}`, body());
    expect(answer).toMatchObject({ status, body: { error: { param } } });
    expect(answer.body.error.message).toMatch(/^\w/);
  });

  it('refuse a key that was good for another one before its rotation', async () => {
    const token = await gateway.login();
    const { body } = await gateway.call('POST', '/api/keys', { token, body: { name: 'old' } });
    await gateway.call('POST', `/api/keys/${body.id}/rotate`, {
      token,
      body: { overlap_seconds: 600 },
    });
    const answer = await call('POST', '/admin/v1/master-keys', masterKey('x', { key: body.key }));
    expect(answer).toMatchObject({ status: 409, body: { error: { param: 'key' } } });
  });

  it('serve /v1/providers with its own body, and the health by name', async () => {
    const body = {
      name: 'by name',
      type: 'claude',
      base_url: `${upstream.url}`,
      api_key: CREDENTIAL,
      weight: 3,
      enabled: true,
    };
    const made = await call('POST', '/v1/providers', body);
    const { api_key: _, ...shown } = body;
    expect(made).toMatchObject({ status: 201, body: { ...shown, type: 'anthropic' } });
    const list = await call('GET', '/v1/providers');
    expect(list.body.data[0]).toMatchObject({ name: 'by name', weight: 3, enabled: true });
    expect(await call('GET', '/v1/providers/by%20name/health')).toMatchObject({
      status: 200,
      body: { name: 'by name', status: 'healthy', resting: [] },
    });
    expect((await call('GET', '/v1/providers/nobody/health')).status).toBe(404);
    expect((await call('POST', '/v1/providers', body)).status).toBe(409);
    const unknown = await call('POST', '/v1/providers', { ...body, name: 'x', type: 'nobody' });
    expect(unknown).toMatchObject({ status: 400, body: { error: { param: 'type' } } });
  });

  it('show the state of the gateway', async () => {
    const { status, body } = await call('GET', '/v1/admin/status');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      version: expect.stringMatching(/^\d/),
      uptime_seconds: expect.any(Number),
      configuration: {
        version: expect.any(Number),
        source: expect.stringContaining('test-config.yaml'),
      },
      database: 'ready',
      accounts: { usable: expect.any(Number) },
      ledger_backlog: expect.any(Number),
    });
  });

  it('are for administrators, by access token or by ADMIN_KEY', async () => {
    const [admin, user] = [await gateway.login(), await gateway.login(USER)];
    for (const path of [
      '/admin/v1/providers',
      '/admin/v1/master-keys',
      '/admin/v1/config/version',
      '/v1/providers',
      '/v1/admin/status',
    ]) {
      const status = async (token?: string) =>
        (await gateway.call('GET', path, token === undefined ? {} : { token })).status;
      expect([path, await status(admin), await status(ADMIN_KEY)]).toEqual([path, 200, 200]);
      expect([path, await status(user), await status(SECRET), await status()]).toEqual([
        path,
        403,
        401,
        401,
      ]);
      const headers = { 'x-api-key': ADMIN_KEY };
      expect((await gateway.call('GET', path, { headers })).status).toBe(200);
    }
    const elsewhere = await gateway.call('GET', '/api/keys', { token: ADMIN_KEY });
    expect(elsewhere.status).toBe(401);
  });

  it('name the operator in the audit log', async () => {
    const token = await gateway.login();
    const { body } = await gateway.call('GET', '/api/audit?limit=200', { token });
    const actors = (action: string) =>
      body.data
        .filter((entry: { action: string }) => entry.action === action)
        .map((entry: { actor_id: null; actor_name: string }) => entry.actor_name);
    for (const action of ['upstream_account.create', 'upstream_account.delete', 'api_key.update']) {
      expect([action, actors(action)]).toEqual([action, expect.arrayContaining(['ADMIN_KEY'])]);
    }
    expect(JSON.stringify(body)).not.toMatch(/canary|sk-custom-0123/);
  });

  it('never show a credential again', () => {
    expect(answers.join()).not.toMatch(/canary|sk-custom/);
    expect(gateway.logs).not.toMatch(/canary|sk-custom|operators-own/);
  });
});
