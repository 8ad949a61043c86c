import { createDatabase, type TestDatabase } from './support/database.js';
import { ADMIN, Gateway, USER } from './support/gateway.js';

const SECRETS = {
  JWT_SECRET: 'Zk3vQw9sLm2xTr7yBn4cHd8fGj1pKa6e',
  ENCRYPTION_KEY: 'Rt5yUi8oPa2sDf4gHj6kLz9xCv1bNm3q',
  API_KEY_PEPPER: 'Wq7eRt2yUi5oPa8sDf3gHj1kLz6xCv4b',
};
const PRODUCTION = { NODE_ENV: 'production', HOST: '127.0.0.1', ...SECRETS };
const CHOSEN = 'a password chosen by the operator';
const NEW_PASSWORD = 'correct horse battery';

describe('starting in production', () => {
  let database: TestDatabase;
  const gateways: Gateway[] = [];

  beforeEach(async () => {
    database = await createDatabase();
  });

  afterEach(async () => {
    for (const gateway of gateways.splice(0)) await gateway.stop();
    await database.drop();
  });

  async function launch(env: Record<string, string> = {}): Promise<Gateway> {
    const gateway = await Gateway.launch({ env, database });
    gateways.push(gateway);
    return gateway;
  }

  async function start(env: Record<string, string> = {}): Promise<Gateway> {
    const gateway = await launch(env);
    await gateway.untilReady();
    return gateway;
  }

  it('is refused on weak secrets and misspelt variables, which it names without what they say', async () => {
    const faulty = {
      JWT_SECRET: 'tooshortvalue',
      ADMIN_INITIAL_PASSWORD: 'hunter2',
      MAX_IN_FLIHGT: '271828',
    };
    const gateway = await launch({ ...PRODUCTION, ...faulty });
    expect(await gateway.untilExit()).toBe(78);
    for (const name of Object.keys(faulty)) expect(gateway.logs).toContain(name);
    expect(gateway.logs).toContain('unknown variable, did you mean MAX_IN_FLIGHT?');
    for (const value of [...Object.values(SECRETS), ...Object.values(faulty)]) {
      expect(gateway.logs).not.toContain(value);
    }
  });

  it('is refused while a user has a documented password, and works when it is changed', async () => {
    const development = await start();
    const refused = await launch(PRODUCTION);
    expect(await refused.untilExit()).toBe(78);
    expect(refused.logs).toContain('default password works for: admin, testuser');
    expect(refused.logs).not.toContain(ADMIN.password);
    expect(refused.logs).not.toContain(USER.password);

    const token = await development.login(ADMIN);
    const { data } = (await development.call('GET', '/api/users', { token })).body;
    const { id } = data.find(({ username }: { username: string }) => username === 'testuser');
    await development.call('DELETE', `/api/users/${id}`, { token });
    await development.call('POST', '/api/auth/password', {
      token,
      body: { current_password: ADMIN.password, new_password: NEW_PASSWORD },
    });
    await development.stop();

    const production = await start(PRODUCTION);
    await production.login({ username: 'admin', password: NEW_PASSWORD });
  });

  it('takes the first password from the operator without printing it', async () => {
    const env = { ...PRODUCTION, ADMIN_INITIAL_PASSWORD: CHOSEN };
    const gateway = await start(env);
    expect(gateway.logs).not.toContain(CHOSEN);
    const token = await gateway.login({ username: 'admin', password: CHOSEN });
    expect((await gateway.call('GET', '/api/users', { token })).status).toBe(200);
  });

  it('makes one administrator when two instances start at once, whose password is printed once and to be changed', async () => {
    const both = await Promise.all([start(PRODUCTION), start(PRODUCTION)]);
    const printed = both.filter(({ logs }) => logs.includes('shown only now'));
    expect(printed).toHaveLength(1);
    const [first] = printed as [Gateway];
    const password = /password, shown only now: (\S+)/.exec(first.logs)![1]!;
    expect(first.logs.split(password)).toHaveLength(2);
    for (const gateway of both) await gateway.login({ username: 'admin', password });
    expect(await usernames()).toEqual(['admin']);
    for (const gateway of both) await gateway.stop();

    const later = await start(PRODUCTION);
    expect(later.logs).not.toContain('shown only now');
    const token = await later.login({ username: 'admin', password });
    const users = await later.call('GET', '/api/users', { token });
    expect([users.status, users.body.error.code]).toEqual([403, 'password_change_required']);
    const me = await later.call('GET', '/api/auth/me', { token });
    expect(me.body.must_change_password).toBe(true);
    const { body } = await later.call('POST', '/api/auth/password', {
      token,
      body: { current_password: password, new_password: NEW_PASSWORD },
    });
    const allowed = await later.call('GET', '/api/users', { token: body.access_token });
    expect(allowed.status).toBe(200);
    const logout = await later.call('POST', '/api/auth/logout', { token: body.access_token });
    expect(logout.status).toBe(204);
  });

  async function usernames(): Promise<string[]> {
    const rows = await database.query<{ username: string }>('SELECT username FROM users');
    return rows.map(({ username }) => username);
  }
});
