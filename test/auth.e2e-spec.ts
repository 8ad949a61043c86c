import { ADMIN, Gateway, USER, type Answer } from './support/gateway.js';

const NEW_PASSWORD = 'correct horse battery';

describe('signing in', () => {
  let gateway: Gateway;

  beforeAll(async () => {
    gateway = await Gateway.start();
  });

  afterAll(async () => {
    await gateway.stop();
  });

  const login = (credentials: object): Promise<Answer> =>
    gateway.call('POST', '/api/auth/login', { body: credentials });
  const refresh = (token: string): Promise<Answer> =>
    gateway.call('POST', '/api/auth/refresh', { body: { refresh_token: token } });
  const me = (token: string): Promise<Answer> => gateway.call('GET', '/api/auth/me', { token });

  // The first login of a gateway looks for them, and then no other for a minute.
  it('removes expired sessions', async () => {
    await gateway.database.query(
      `INSERT INTO sessions (user_id, created_at, expires_at)
       SELECT id, now() - interval '1 day', now() - interval '1 second' FROM users`,
    );
    await gateway.login();
    expect(await gateway.database.query('SELECT 1 FROM sessions')).toHaveLength(1);
  });

  it.each([
    [ADMIN, 'admin'],
    [USER, 'user'],
  ])('works for the default user %j', async (credentials, role) => {
    const { status, body } = await login(credentials);
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      refresh_token: expect.stringMatching(/^rt_[\w-]{43}$/),
      token_type: 'Bearer',
      expires_in: 900,
      user: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        username: credentials.username,
        role,
        must_change_password: true,
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      },
    });
    expect((await me(body.access_token)).body).toEqual(body.user);
  });

  it('warns of the default users and names them', () => {
    const warning = gateway.logs.split('\n').find((line) => line.includes('"level":"warn"'));
    expect(warning).toContain('admin / admin123456, testuser / testpass123');
  });

  it('does not mind the case of the name', async () => {
    expect((await login({ ...ADMIN, username: 'Admin' })).status).toBe(200);
  });

  it('answers the same to a wrong password and an unknown name', async () => {
    const wrong = await login({ ...ADMIN, password: 'wrong' });
    const unknown = await login({ username: 'nobody', password: 'wrong' });
    for (const { status, headers, body } of [wrong, unknown]) {
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Bearer');
      expect(body.error).toMatchObject({
        code: 'invalid_credentials',
        message: 'wrong username or password',
      });
    }
    await login(ADMIN);
  });

  it.each([
    [{}],
    [{ username: 'admin' }],
    [{ ...ADMIN, remember: true }],
    [{ username: ['admin'], password: 'x' }],
    [{ username: 'admin', password: 'x'.repeat(129) }],
    [{ username: 'ad\u0000min', password: 'x' }],
    [{ username: 'x'.repeat(65), password: 'x' }],
  ])('refuses the body %j', async (body) => {
    const answer = await login(body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.code).toBe('invalid_request');
  });

  it('is needed for anything that is not public', async () => {
    const { status, headers, body } = await gateway.call('GET', '/api/auth/me');
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(body.error.code).toBe('unauthenticated');
  });

  it('refuses two different credentials and takes one sent twice', async () => {
    const token = await gateway.login();
    const two = { token, headers: { 'x-api-key': 'something-else' } };
    expect((await gateway.call('GET', '/api/auth/me', two)).status).toBe(400);
    const twice = { token, headers: { 'x-api-key': token } };
    expect((await gateway.call('GET', '/api/auth/me', twice)).status).toBe(200);
  });

  describe('refreshing', () => {
    it('gives a new pair and uses the old token up', async () => {
      const first = (await login(USER)).body;
      const second = await refresh(first.refresh_token);
      expect(second.status).toBe(200);
      expect(second.body.refresh_token).not.toBe(first.refresh_token);
      expect(second.body.user).toEqual(first.user);
      expect((await me(second.body.access_token)).status).toBe(200);
      expect((await refresh(second.body.refresh_token)).status).toBe(200);
    });

    it('ends the whole session when a token comes twice', async () => {
      const first = (await login(USER)).body;
      const second = (await refresh(first.refresh_token)).body;
      const reused = await refresh(first.refresh_token);
      expect(reused.status).toBe(401);
      expect(reused.body.error.code).toBe('invalid_refresh_token');
      expect((await refresh(second.refresh_token)).status).toBe(401);
      expect((await me(second.access_token)).status).toBe(401);
      expect((await me(first.access_token)).status).toBe(401);
      expect(gateway.logs).toContain('a refresh token came twice');
    });

    it('lets one of many who come at once with the same token win', async () => {
      const { refresh_token: token } = (await login(USER)).body;
      const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(token)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(7);
    });

    it('refuses what was never given out', async () => {
      expect((await refresh(`rt_${'A'.repeat(43)}`)).status).toBe(401);
    });

    it('refuses an expired token', async () => {
      const { refresh_token: token, access_token: access } = (await login(USER)).body;
      await gateway.database.query(`UPDATE refresh_tokens SET expires_at = now()`);
      expect((await refresh(token)).status).toBe(401);
      expect((await me(access)).status).toBe(200);
    });

    it('keeps neither token nor password in the database', async () => {
      const { refresh_token: token } = (await login(USER)).body;
      const rows = await gateway.database.query<{ row: string }>(
        'SELECT u::text || t::text AS row FROM users u, refresh_tokens t',
      );
      const text = rows.map(({ row }) => row).join('\n');
      expect(text).not.toContain(token.slice(3));
      expect(text).not.toContain(Buffer.from(token).toString('hex'));
      expect(text).not.toContain(USER.password);
      expect(text).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    });
  });

  describe('logging out', () => {
    it('ends the access token and the refresh token', async () => {
      const { access_token: token, refresh_token: next } = (await login(USER)).body;
      const answer = await gateway.call('POST', '/api/auth/logout', { token });
      expect([answer.status, answer.text]).toEqual([204, '']);
      expect((await me(token)).status).toBe(401);
      expect((await refresh(next)).status).toBe(401);
    });

    it('leaves other sessions of the user alone', async () => {
      const one = (await login(USER)).body.access_token;
      const other = (await login(USER)).body.access_token;
      await gateway.call('POST', '/api/auth/logout', { token: one });
      expect((await me(other)).status).toBe(200);
    });
  });

  describe('changing the password', () => {
    const change = (token: string, current: string, next: string): Promise<Answer> =>
      gateway.call('POST', '/api/auth/password', {
        token,
        body: { current_password: current, new_password: next },
      });

    it('refuses a short one, one too long and a wrong current one', async () => {
      const token = await gateway.login(USER);
      expect((await change(token, USER.password, 'short')).status).toBe(400);
      expect((await change(token, USER.password, 'x'.repeat(129))).status).toBe(400);
      const wrong = await change(token, 'wrong', NEW_PASSWORD);
      expect([wrong.status, wrong.body.error.code]).toEqual([401, 'invalid_credentials']);
      expect((await me(token)).status).toBe(200);
    });

    it('ends all sessions and answers with a new one', async () => {
      const mine = (await login(USER)).body;
      const other = (await login(USER)).body;
      const { status, body } = await change(mine.access_token, USER.password, NEW_PASSWORD);
      expect(status).toBe(200);
      expect(body.user.must_change_password).toBe(false);
      expect((await me(body.access_token)).status).toBe(200);
      expect((await refresh(body.refresh_token)).status).toBe(200);
      for (const ended of [mine, other]) {
        expect((await me(ended.access_token)).status).toBe(401);
        expect((await refresh(ended.refresh_token)).status).toBe(401);
      }
      expect((await login(USER)).status).toBe(401);
      expect((await login({ ...USER, password: NEW_PASSWORD })).status).toBe(200);
    });
  });
});
