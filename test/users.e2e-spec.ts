import { randomUUID } from 'node:crypto';
import { ADMIN, Gateway, USER, type Answer } from './support/gateway.js';

const PASSWORD = 'correct horse battery';

describe('administering users', () => {
  let gateway: Gateway;
  let admin: string;

  beforeAll(async () => {
    gateway = await Gateway.start();
    admin = await gateway.login(ADMIN);
  });

  afterAll(async () => {
    await gateway.stop();
  });

  const asAdmin = (method: string, path: string, body?: unknown): Promise<Answer> =>
    gateway.call(method, path, { token: admin, body });

  async function createUser(username: string, role = 'user'): Promise<string> {
    const answer = await asAdmin('POST', '/api/users', { username, password: PASSWORD, role });
    expect(answer.status).toBe(201);
    return answer.body.id as string;
  }

  const tokensOf = async (username: string): Promise<Answer['body']> =>
    (await gateway.call('POST', '/api/auth/login', { body: { username, password: PASSWORD } }))
      .body;
  const statusOf = async (token: string): Promise<number> =>
    (await gateway.call('GET', '/api/auth/me', { token })).status;

  describe('is for administrators', () => {
    const routes = [
      ['GET', '/api/users'],
      ['POST', '/api/users'],
      ['GET', `/api/users/${randomUUID()}`],
      ['PUT', `/api/users/${randomUUID()}`],
      ['PATCH', `/api/users/${randomUUID()}`],
      ['DELETE', `/api/users/${randomUUID()}`],
    ] as const;

    it.each(routes)('%s %s', async (method, path) => {
      expect((await gateway.call(method, path)).status).toBe(401);
      const asUser = await gateway.call(method, path, { token: await gateway.login(USER) });
      expect([asUser.status, asUser.body.error.code]).toEqual([403, 'forbidden']);
      expect([200, 400, 404]).toContain((await asAdmin(method, path)).status);
    });
  });

  it('creates, shows and lists users without their password', async () => {
    const created = await asAdmin('POST', '/api/users', {
      username: 'Grace.Hopper',
      password: PASSWORD,
      role: 'user',
    });
    expect(created.body).toEqual({
      id: expect.any(String),
      username: 'grace.hopper',
      role: 'user',
      is_active: true,
      must_change_password: false,
      requests_per_minute: null,
      tokens_per_minute: null,
      max_concurrency: null,
      budget: null,
      routing_preferences: null,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect((await asAdmin('GET', `/api/users/${created.body.id}`)).body).toEqual(created.body);
    const { body } = await asAdmin('GET', '/api/users');
    expect(body.data).toContainEqual(created.body);
    expect((await tokensOf('grace.hopper')).user.role).toBe('user');
  });

  it('lists page by page', async () => {
    await createUser('page.one');
    await createUser('page.two');
    const names: string[] = [];
    let cursor = '';
    do {
      const { body } = await asAdmin('GET', `/api/users?limit=2${cursor}`);
      names.push(...body.data.map(({ username }: { username: string }) => username));
      cursor = body.next_cursor && `&cursor=${body.next_cursor}`;
    } while (cursor);
    expect(new Set(names).size).toBe(names.length);
    expect(names.indexOf('page.two')).toBeLessThan(names.indexOf('page.one'));
    expect(names).toEqual(expect.arrayContaining(['admin', 'testuser']));
  });

  it('refuses a name that is taken in another case', async () => {
    const body = { username: 'ADMIN', password: PASSWORD };
    expect((await asAdmin('POST', '/api/users', body)).status).toBe(409);
  });

  it.each([
    [{ username: 'ab', password: PASSWORD }],
    [{ username: 'with space', password: PASSWORD }],
    [{ username: 'fine', password: 'too short' }],
    [{ username: 'a.name.of.18.chars', password: 'A.name.of.18.chars' }],
    [{ username: 'fine', password: PASSWORD, role: 'root' }],
    [{ username: 'fine', password: PASSWORD, is_active: true }],
  ])('refuses to create %j', async (body) => {
    expect((await asAdmin('POST', '/api/users', body)).status).toBe(400);
  });

  it.each(['nonsense', randomUUID(), '1'])('knows no user %s', async (id) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await asAdmin(method, `/api/users/${id}`, method === 'PUT' ? {} : undefined);
      expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
    }
  });

  it("keeps a user's routing preferences without ending a session", async () => {
    const id = await createUser('prefers');
    const { access_token: token } = await tokensOf('prefers');
    const routing_preferences = { strategy: 'adaptive', weights: { cost: 5 } };
    const changed = await asAdmin('PUT', `/api/users/${id}`, { routing_preferences });
    expect(changed.body.routing_preferences).toEqual(routing_preferences);
    expect(await statusOf(token)).toBe(200);
    const wrong = { routing_preferences: { strategy: 'fastest' } };
    const refused = await asAdmin('PUT', `/api/users/${id}`, wrong);
    expect([refused.status, refused.body.error.param]).toEqual([
      400,
      'routing_preferences.strategy',
    ]);
  });

  it('shuts a disabled user out at once', async () => {
    const id = await createUser('to.disable');
    const { access_token: token, refresh_token: next } = await tokensOf('to.disable');
    expect((await asAdmin('DELETE', `/api/users/${id}`)).status).toBe(204);
    expect(await statusOf(token)).toBe(401);
    const refreshed = await gateway.call('POST', '/api/auth/refresh', {
      body: { refresh_token: next },
    });
    expect(refreshed.status).toBe(401);
    expect((await tokensOf('to.disable')).error.code).toBe('invalid_credentials');
    expect((await asAdmin('GET', `/api/users/${id}`)).body.is_active).toBe(false);
  });

  it('applies a new role at once and keeps the session refreshable', async () => {
    const id = await createUser('to.promote', 'admin');
    const { access_token: token, refresh_token: next } = await tokensOf('to.promote');
    expect((await gateway.call('GET', '/api/users', { token })).status).toBe(200);
    expect((await asAdmin('PATCH', `/api/users/${id}`, { role: 'user' })).body.role).toBe('user');
    expect((await gateway.call('GET', '/api/users', { token })).status).toBe(401);
    const { body } = await gateway.call('POST', '/api/auth/refresh', {
      body: { refresh_token: next },
    });
    expect(body.user.role).toBe('user');
    const again = await gateway.call('GET', '/api/users', { token: body.access_token });
    expect(again.status).toBe(403);
  });

  it('ends the sessions of a user whose password is reset', async () => {
    const id = await createUser('to.reset');
    const { access_token: token } = await tokensOf('to.reset');
    const change = { password: `${PASSWORD} 2` };
    expect((await asAdmin('PUT', `/api/users/${id}`, change)).status).toBe(200);
    expect(await statusOf(token)).toBe(401);
    expect((await tokensOf('to.reset')).error.code).toBe('invalid_credentials');
  });

  it('changes nothing on an empty change and refuses null', async () => {
    const id = await createUser('to.keep');
    const { access_token: token } = await tokensOf('to.keep');
    expect((await asAdmin('PUT', `/api/users/${id}`, {})).status).toBe(200);
    expect((await asAdmin('PUT', `/api/users/${id}`, { is_active: null })).status).toBe(400);
    expect(await statusOf(token)).toBe(200);
  });

  it('keeps the last active administrator', async () => {
    const { id } = (await gateway.call('GET', '/api/auth/me', { token: admin })).body;
    for (const change of [{ role: 'user' }, { is_active: false }]) {
      const answer = await asAdmin('PUT', `/api/users/${id}`, change);
      expect([answer.status, answer.body.error.code]).toEqual([409, 'conflict']);
    }
    expect((await asAdmin('DELETE', `/api/users/${id}`)).status).toBe(409);
    expect((await asAdmin('PUT', `/api/users/${id}`, { role: 'admin' })).status).toBe(200);
  });

  it('keeps one administrator when two disable each other at once', async () => {
    const ids = [await createUser('duel.one', 'admin'), await createUser('duel.two', 'admin')];
    const tokens = [await tokensOf('duel.one'), await tokensOf('duel.two')];
    await gateway.database.query(`UPDATE users SET is_active = false WHERE username = 'admin'`);
    const answers = await Promise.all(
      ids.map((id, index) =>
        gateway.call('DELETE', `/api/users/${id}`, { token: tokens[1 - index].access_token }),
      ),
    );
    await gateway.database.query(`UPDATE users SET is_active = true WHERE username = 'admin'`);
    const statuses = answers.map(({ status }) => status).sort((a, b) => a - b);
    expect(statuses[0]).toBe(204);
    expect([401, 409]).toContain(statuses[1]);
  });
});
