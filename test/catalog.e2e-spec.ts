import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, type TestDatabase } from './support/database.js';
import { Gateway, USER, type Answer } from './support/gateway.js';
import { HELLO_ANSWER, json, Upstream } from './support/upstream.js';

/** All instances of one gateway have the same secrets. */
const SECRETS = {
  JWT_SECRET: 'Zk3vQw9sLm2xTr7yBn4cHd8fGj1pKa6e',
  ENCRYPTION_KEY: 'Rt5yUi8oPa2sDf4gHj6kLz9xCv1bNm3q',
  API_KEY_PEPPER: 'Wq7eRt2yUi5oPa8sDf3gHj1kLz6xCv4b',
};

describe('two gateways on one database', () => {
  let database: TestDatabase;
  let upstream: Upstream;
  let one: Gateway;
  let two: Gateway;
  let admin: string;
  const delays: Record<string, number> = {};

  beforeAll(async () => {
    database = await createDatabase();
    upstream = await Upstream.start();
    upstream.otherwise((response) => json(response, 200, HELLO_ANSWER));
    one = await Gateway.start({ database, env: SECRETS });
    two = await Gateway.start({ database, env: SECRETS });
    admin = await one.login();
  });

  afterAll(async () => {
    console.log(`visible on the other instance after ms: ${JSON.stringify(delays)}`);
    await one?.stop();
    await two?.stop();
    await upstream?.stop();
    await database?.drop();
  });

  const on = async (
    method: string,
    path: string,
    body?: object,
    token = admin,
  ): Promise<Answer> => {
    const answer = await one.call(method, path, { token, ...(body && { body }) });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  };
  const newKey = async (fields: object = {}, token = admin) =>
    (await on('POST', '/api/keys', { name: 'a key', ...fields }, token)).body;
  const newAccount = async (name: string, fields: object = {}) =>
    (
      await on('POST', '/api/upstream-accounts', {
        name,
        provider: 'openai',
        base_url: upstream.url,
        api_key: 'sk-upstream',
        models: [`${name}-*`],
        ...fields,
      })
    ).body;
  const chat = (gateway: Gateway, key: string, model = 'served-1') =>
    gateway.call('POST', '/v1/chat/completions', {
      token: key,
      body: { model, messages: [{ role: 'user', content: 'hi' }] },
    });

  /** Waits until the other instance knows, and notes how long that took. */
  async function live(what: string, condition: () => Promise<boolean>): Promise<void> {
    const startedAt = performance.now();
    while (!(await condition())) {
      if (performance.now() - startedAt > 5_000) throw new Error(`${what}: not within 5 s`);
      await sleep(5);
    }
    delays[what] = Math.round(performance.now() - startedAt);
    expect(delays[what]).toBeLessThan(1_000);
  }

  const answers = (status: number, key: string, model?: string) => async () =>
    (await chat(two, key, model)).status === status;

  it('know of every change to an account within a second', async () => {
    const { key } = await newKey();
    await live('key created', async () => (await chat(two, key)).status !== 401);
    const { id } = await newAccount('served');
    await live('account created', answers(200, key));
    await on('PUT', `/api/upstream-accounts/${id}`, { models: ['other-*'] });
    await live('account changed', answers(404, key));
    await on('PUT', `/api/upstream-accounts/${id}`, { models: ['served-*'], api_key: 'sk-new' });
    await live('account served again', answers(200, key));
    expect(upstream.calls.at(-1)!.headers.authorization).toBe('Bearer sk-new');
    await on('PUT', `/api/upstream-accounts/${id}`, { enabled: false });
    await live('account disabled', answers(404, key));
    await on('PUT', `/api/upstream-accounts/${id}`, { enabled: true });
    await live('account enabled', answers(200, key));
    await on('DELETE', `/api/upstream-accounts/${id}`);
    await live('account deleted', answers(404, key));
  });

  it('let the one that made a key use it as soon as it is answered', async () => {
    for (let i = 0; i < 10; i++) {
      const made = await one.call('POST', '/api/keys', {
        token: admin,
        body: { name: `now-${i}` },
      });
      const models = () => one.call('GET', '/v1/models', { token: made.body.key });
      expect((await models()).status).toBe(200);
      await one.call('DELETE', `/api/keys/${made.body.id}`, { token: admin });
      expect((await models()).status).toBe(401);
    }
  });

  it('know of every change to a key within a second', async () => {
    await newAccount('served');
    const { id, key } = await newKey();
    await live('key created', answers(200, key));
    await on('PUT', `/api/keys/${id}`, { allowed_models: ['nothing-*'] });
    await live('key restricted', answers(403, key));
    await on('PUT', `/api/keys/${id}`, { allowed_models: ['*'] });
    await live('key widened', answers(200, key));
    await on('PUT', `/api/keys/${id}`, { is_enabled: false });
    await live('key disabled', answers(401, key));
    await on('PUT', `/api/keys/${id}`, { is_enabled: true });
    await live('key enabled', answers(200, key));
    const overlapping = (await on('POST', `/api/keys/${id}/rotate`, { overlap_seconds: 60 })).body;
    await live('key rotated, new', answers(200, overlapping.key));
    expect((await chat(two, key)).status).toBe(200);
    const rotated = (await on('POST', `/api/keys/${id}/rotate`, {})).body;
    await live('key rotated, old', answers(401, overlapping.key));
    expect((await chat(two, rotated.key)).status).toBe(200);
    await on('DELETE', `/api/keys/${id}`);
    await live('key deleted', answers(401, rotated.key));
  });

  it('refuse the keys of a disabled user, and know them again when the user is back', async () => {
    const user = await one.login(USER);
    const { id } = (await on('GET', '/api/auth/me', undefined, user)).body;
    const { key } = await newKey({}, user);
    await live('key of a user created', answers(200, key));
    await on('DELETE', `/api/users/${id}`);
    await live('user disabled', answers(401, key));
    await live('user disabled, same instance', async () => (await chat(one, key)).status === 401);
    await on('PUT', `/api/users/${id}`, { is_active: true });
    await live('user enabled', answers(200, key));
  });

  it('find changes by themselves while nobody tells them', async () => {
    const { key, id } = await newKey();
    await live('key created', answers(200, key));
    const cut = await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'llm-gateway catalog' AND datname = current_database()`,
    );
    expect(cut).toHaveLength(2);
    await on('DELETE', `/api/keys/${id}`);
    const startedAt = performance.now();
    while ((await chat(two, key)).status !== 401) await sleep(20);
    expect(performance.now() - startedAt).toBeLessThan(6_000);
    const again = await newKey();
    await live('key created, listening again', answers(200, again.key));
  });

  it('work on without an account whose credential is lost, and say so', async () => {
    const { key } = await newKey();
    const broken = await newAccount('broken');
    await live('account created', answers(200, key, 'broken-1'));
    await database.query(
      `UPDATE upstream_accounts SET credential = overlay(credential placing '\\x00000000' from 20)
       WHERE id = $1`,
      [broken.id],
    );
    await live('account broken', answers(404, key, 'broken-1'));
    expect((await chat(two, key)).status).toBe(200);
    const { body } = await two.call('GET', '/health/detailed');
    expect(body.info.accounts.broken.fault).toMatch(/credential|decrypt/i);
    expect(body.info.accounts.served).toMatchObject({ provider: 'openai', resting: [] });
    const metrics = (await two.call('GET', '/metrics')).text;
    expect(metrics).toContain('llm_proxy_degraded{component="catalog"} 1');
    expect(metrics).toContain('llm_proxy_provider_health{provider="openai",account="served"} 1');
    await on('PUT', `/api/upstream-accounts/${broken.id}`, { api_key: 'sk-again' });
    await live('account mended', answers(200, key, 'broken-1'));
  });
});
