import { Gateway, USER } from './support/gateway.js';

describe('audit log', () => {
  let gateway: Gateway;
  let admin: string;

  beforeAll(async () => {
    gateway = await Gateway.start();
    admin = await gateway.login();
    for (const name of ['one', 'two', 'three']) {
      await gateway.call('POST', '/api/keys', { token: admin, body: { name } });
    }
  });

  afterAll(async () => {
    await gateway.stop();
  });

  it('refuses to be changed, even by its owner', async () => {
    const tries = [
      `UPDATE audit_log SET actor_name = 'nobody'`,
      'DELETE FROM audit_log',
      'TRUNCATE audit_log',
    ];
    for (const sql of tries) {
      await expect(gateway.database.query(sql)).rejects.toThrow(/append-only/);
    }
  });

  it('shows the newest first, page by page', async () => {
    const path = '/api/audit?action=api_key.create&limit=2';
    const first = await gateway.call('GET', path, { token: admin });
    expect(namesIn(first.body)).toEqual(['three', 'two']);
    const cursor: string = first.body.next_cursor;
    const second = await gateway.call('GET', `${path}&cursor=${cursor}`, { token: admin });
    expect(namesIn(second.body)).toEqual(['one']);
    expect(second.body.next_cursor).toBeNull();
  });

  it('can be searched by who did it', async () => {
    const { body } = await gateway.call('GET', '/api/audit?limit=1', { token: admin });
    const { actor_id: id } = body.data[0];
    const own = await gateway.call('GET', `/api/audit?actor_id=${id}&action=api_key.create`, {
      token: admin,
    });
    expect(own.body.data).toHaveLength(3);
    const nobody = '01890000-0000-7000-8000-000000000000';
    const none = await gateway.call('GET', `/api/audit?actor_id=${nobody}`, { token: admin });
    expect(none.body.data).toEqual([]);
  });

  it('knows who changed a user and how, and no password', async () => {
    const create = { username: 'mallory', password: 'a long first password', role: 'user' };
    const { body: user } = await gateway.call('POST', '/api/users', { token: admin, body: create });
    const change = (body: object) =>
      gateway.call('PUT', `/api/users/${user.id}`, { token: admin, body });
    await change({ role: 'admin' });
    await change({ password: 'a long second password' });
    await change({ password: 'a long second password', is_active: true, role: 'user' });
    await gateway.call('DELETE', `/api/users/${user.id}`, { token: admin });
    const { body, text } = await gateway.call('GET', `/api/audit?object_id=${user.id}`, {
      token: admin,
    });
    const hidden = { from: '(hidden)', to: '(replaced)' };
    expect(body.data.map(({ action, changes }: Entry) => [action, changes]).reverse()).toEqual([
      [
        'user.create',
        {
          username: { from: null, to: 'mallory' },
          role: { from: null, to: 'user' },
          is_active: { from: null, to: true },
        },
      ],
      ['user.update', { role: { from: 'user', to: 'admin' } }],
      ['user.update', { password: hidden }],
      ['user.update', { role: { from: 'admin', to: 'user' }, password: hidden }],
      ['user.disable', { is_active: { from: true, to: false } }],
    ]);
    expect(text).not.toMatch(/long (first|second) password|argon2/);
    expect(body.data[0]).toMatchObject({ actor_name: 'admin', object_type: 'user' });
  });

  it('knows of sign-ins, of changed passwords and of refresh tokens that came twice, and not of failed logins', async () => {
    const person = { username: 'victor', password: 'a long first password' };
    await gateway.call('POST', '/api/users', { token: admin, body: person });
    const credentials = { ...person, username: 'Victor' };
    await gateway.call('POST', '/api/auth/login', { body: { ...credentials, password: 'wrong' } });
    const signIn = (await gateway.call('POST', '/api/auth/login', { body: credentials })).body;
    const refresh = () =>
      gateway.call('POST', '/api/auth/refresh', { body: { refresh_token: signIn.refresh_token } });
    expect((await refresh()).status).toBe(200);
    const second = await refresh();
    expect(second.status).toBe(401);
    const token = await gateway.login(person);
    const change = { current_password: person.password, new_password: 'a long new password' };
    await gateway.call('POST', '/api/auth/password', { token, body: change });
    const { body } = await gateway.call('GET', `/api/audit?actor_id=${signIn.user.id}`, {
      token: admin,
    });
    const actions = body.data.map(({ action }: Entry) => action).reverse();
    expect(actions).toEqual([
      'session.open',
      'session.reuse_detected',
      'session.open',
      'user.password_change',
      'session.open',
    ]);
    expect(body.data.at(-2)).toMatchObject({
      actor_name: 'victor',
      address: '127.0.0.1',
      request_id: second.headers.get('x-request-id'),
    });
  });

  it('refuses a cursor it did not give out', async () => {
    const { status, body } = await gateway.call('GET', '/api/audit?cursor=nonsense', {
      token: admin,
    });
    expect({ status, param: body.error.param }).toEqual({ status: 400, param: 'cursor' });
  });

  it('is for administrators only', async () => {
    const user = await gateway.login(USER);
    expect((await gateway.call('GET', '/api/audit', { token: user })).status).toBe(403);
    expect((await gateway.call('GET', '/api/audit')).status).toBe(401);
  });
});

interface Entry {
  action: string;
  changes: object | null;
}

function namesIn({ data }: { data: { changes: { name: { to: string } } }[] }): string[] {
  return data.map(({ changes }) => changes.name.to);
}
