import { Gateway, USER } from './support/gateway.js';

const KEY = /^sk-gw-[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/;
const UNKNOWN = '01890000-0000-7000-8000-000000000000';

describe('API keys', () => {
  let gateway: Gateway;
  let admin: string;
  let user: string;

  beforeAll(async () => {
    gateway = await Gateway.start();
    admin = await gateway.login();
    user = await gateway.login(USER);
  });

  afterAll(async () => {
    await gateway.stop();
  });

  const issue = async (token: string, body: object = {}) =>
    (await gateway.call('POST', '/api/keys', { token, body: { name: 'a key', ...body } })).body;

  const change = (id: string, body: object, token = user) =>
    gateway.call('PUT', `/api/keys/${id}`, { token, body });

  it('shows a key once and never again', async () => {
    const { status, body } = await gateway.call('POST', '/api/keys', {
      token: user,
      body: { name: 'once' },
    });
    expect(status).toBe(201);
    expect(body.key).toMatch(KEY);
    expect(body.prefix).toBe(body.key.slice(0, 12));
    const seen = [
      await gateway.call('GET', `/api/keys/${body.id}`, { token: user }),
      await gateway.call('GET', '/api/keys?limit=200', { token: admin }),
      await change(body.id, { name: 'renamed' }),
      await gateway.call('GET', '/api/audit', { token: admin }),
    ];
    for (const { status: ok, text } of seen) {
      expect(ok).toBe(200);
      expect(text).not.toContain(body.key);
      expect(text).not.toContain('digest');
    }
    const stored = await gateway.database.query<{ row: string }>(
      'SELECT t::text AS row FROM api_keys t UNION ALL SELECT t::text FROM audit_log t',
    );
    const text = stored.map(({ row }) => row).join('\n');
    expect(text).not.toContain(body.key);
    expect(text).not.toContain(Buffer.from(body.key).toString('hex'));
    expect(gateway.logs).not.toContain(body.key);
  });

  it('keeps every setting it is given', async () => {
    const settings = {
      name: 'full',
      allowed_models: ['gpt-*', 'claude-sonnet-4-5'],
      rate_limit: { requests_per_second: 0, burst_size: 0 },
      requests_per_minute: 600,
      tokens_per_minute: 200_000,
      max_concurrency: 20,
      budget: { amount_usd: '25.00', period: 'month' },
      expires_at: '2099-12-31T23:59:59.000Z',
      routing_preferences: { strategy: 'least_latency' },
      tags: ['team-a'],
      is_enabled: false,
    };
    const created = await issue(user, settings);
    expect(created).toMatchObject({ ...settings, managed_by: null });
    const read = await gateway.call('GET', `/api/keys/${created.id}`, { token: user });
    expect(read.body).toMatchObject(settings);
  });

  it('has no limit where none is given', async () => {
    expect(await issue(user)).toMatchObject({
      allowed_models: ['*'],
      is_enabled: true,
      rate_limit: null,
      requests_per_minute: null,
      tokens_per_minute: null,
      max_concurrency: null,
      budget: null,
      expires_at: null,
      routing_preferences: null,
      tags: [],
    });
  });

  it('changes what is sent, clears what is null and leaves the rest', async () => {
    const { id } = await issue(user, {
      rate_limit: { requests_per_second: 1, burst_size: 2 },
      budget: { amount_usd: 0.1, period: 'day' },
      max_concurrency: 3,
    });
    const changed = await change(id, { rate_limit: null, max_concurrency: 4 });
    expect(changed.body).toMatchObject({
      rate_limit: null,
      max_concurrency: 4,
      budget: { amount_usd: '0.10', period: 'day' },
    });
    const patched = await gateway.call('PATCH', `/api/keys/${id}`, {
      token: user,
      body: { budget: null },
    });
    expect(patched.body).toMatchObject({ budget: null, max_concurrency: 4 });
  });

  it.each([
    ['name', { name: undefined }],
    ['name', { name: '' }],
    ['name', { name: null }],
    ['allowed_models', { allowed_models: ['g*t'] }],
    ['allowed_models', { allowed_models: 'gpt' }],
    ['allowed_models', { allowed_models: null }],
    ['rate_limit.requests_per_second', { rate_limit: { burst_size: 1 } }],
    ['rate_limit', { rate_limit: [] }],
    ['rate_limit.burst_size', { rate_limit: { requests_per_second: 1, burst_size: -1 } }],
    ['requests_per_minute', { requests_per_minute: 0 }],
    ['tokens_per_minute', { tokens_per_minute: 2 ** 31 }],
    ['max_concurrency', { max_concurrency: 1.5 }],
    ['budget.amount_usd', { budget: { amount_usd: '-1', period: 'day' } }],
    ['budget.amount_usd', { budget: { amount_usd: 1e30, period: 'day' } }],
    ['budget.period', { budget: { amount_usd: '1', period: 'year' } }],
    ['expires_at', { expires_at: '2001-01-01T00:00:00Z' }],
    ['expires_at', { expires_at: 'soon' }],
    ['routing_preferences', { routing_preferences: 'fast' }],
    ['tags', { tags: [7] }],
    ['is_enabled', { is_enabled: 'yes' }],
    ['user_id', { user_id: 'somebody' }],
    ['user_id', { user_id: UNKNOWN }],
    ['digest', { digest: 'x' }],
    ['managed_by', { managed_by: 'file' }],
    ['owner_id', { owner_id: UNKNOWN }],
    ['id', { id: UNKNOWN }],
  ])('refuses a bad %s and names it', async (param, field) => {
    const { status, body } = await gateway.call('POST', '/api/keys', {
      token: admin,
      body: { name: 'bad', ...field },
    });
    expect({ status, param: body.error.param }).toEqual({ status: 400, param });
    expect(body.error.message).toContain(param);
  });

  it('answers 404 for the key of somebody else, whatever is done to it', async () => {
    const { id } = await issue(admin);
    const asked = [
      await gateway.call('GET', `/api/keys/${id}`, { token: user }),
      await change(id, { name: 'mine' }),
      await gateway.call('PATCH', `/api/keys/${id}`, { token: user, body: { name: 'mine' } }),
      await gateway.call('POST', `/api/keys/${id}/rotate`, { token: user, body: {} }),
      await gateway.call('DELETE', `/api/keys/${id}`, { token: user }),
      await gateway.call('GET', `/api/keys/${UNKNOWN}`, { token: user }),
      await gateway.call('GET', '/api/keys/nonsense', { token: user }),
    ];
    expect(asked.map(({ status }) => status)).toEqual(asked.map(() => 404));
    expect((await gateway.call('GET', `/api/keys/${id}`, { token: admin })).status).toBe(200);
  });

  it('lists own keys only, and everybody’s for administrators', async () => {
    const mine = await issue(user);
    const theirs = await issue(admin);
    const ids = async (path: string, token: string): Promise<string[]> => {
      const { body } = await gateway.call('GET', path, { token });
      return body.data.map(({ id }: { id: string }) => id);
    };
    const own = await ids('/api/keys?limit=200', user);
    expect(own).toContain(mine.id);
    expect(own).not.toContain(theirs.id);
    expect(await ids('/api/keys?limit=200', admin)).toEqual(
      expect.arrayContaining([mine.id, theirs.id]),
    );
    expect(await ids(`/api/keys?user_id=${mine.user_id}`, admin)).not.toContain(theirs.id);
    expect(await ids(`/api/keys?user_id=${theirs.user_id}`, user)).toEqual([]);
  });

  it('pages through all keys, each once', async () => {
    for (let index = 0; index < 3; index++) await issue(user);
    const all = await gateway.call('GET', '/api/keys?limit=200', { token: user });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const next = cursor && `&cursor=${cursor}`;
      const { body } = await gateway.call('GET', `/api/keys?limit=2${next}`, { token: user });
      seen.push(...body.data.map(({ id }: { id: string }) => id));
      cursor = body.next_cursor;
    }
    expect(seen).toEqual(all.body.data.map(({ id }: { id: string }) => id));
  });

  it('lets administrators issue keys for others, and nobody else', async () => {
    const { user_id: userId } = await issue(user);
    const { user_id: adminId } = await issue(admin);
    expect((await issue(admin, { user_id: userId })).user_id).toBe(userId);
    expect((await issue(admin, { user_id: null })).user_id).toBeNull();
    const refused = await gateway.call('POST', '/api/keys', {
      token: user,
      body: { name: 'x', user_id: adminId },
    });
    expect(refused.status).toBe(403);
    const moved = await change((await issue(user)).id, { user_id: adminId });
    expect(moved.status).toBe(400);
  });

  it('rotates with an overlap, and without one when none is asked for', async () => {
    const issued = await issue(user);
    const digestsOf = (id: string) =>
      gateway.database.query<{ digest: string; previous: string | null }>(
        `SELECT encode(digest, 'hex') AS digest, encode(previous_digest, 'hex') AS previous FROM api_keys WHERE id = $1`,
        [id],
      );
    const [first] = await digestsOf(issued.id);
    const before = Date.now();
    const rotated = await gateway.call('POST', `/api/keys/${issued.id}/rotate`, {
      token: user,
      body: { overlap_seconds: 3_600 },
    });
    expect(rotated.status).toBe(200);
    expect(rotated.body.key).toMatch(KEY);
    expect(rotated.body.key).not.toBe(issued.key);
    const until = Date.parse(rotated.body.previous_key_valid_until);
    expect(until).toBeGreaterThanOrEqual(before + 3_600_000);
    const [second] = await digestsOf(issued.id);
    expect(second!.previous).toBe(first!.digest);

    const again = await gateway.call('POST', `/api/keys/${issued.id}/rotate`, { token: user });
    expect(again.status).toBe(200);
    expect(again.body.previous_key_valid_until).toBeNull();
    const [third] = await digestsOf(issued.id);
    expect(third!.previous).toBeNull();
    expect(third!.digest).not.toBe(second!.digest);

    const tooLong = await gateway.call('POST', `/api/keys/${issued.id}/rotate`, {
      token: user,
      body: { overlap_seconds: 604_801 },
    });
    expect(tooLong.body.error.param).toBe('overlap_seconds');
  });

  it('deletes a key', async () => {
    const { id } = await issue(user);
    const gone = await gateway.call('DELETE', `/api/keys/${id}`, { token: user });
    expect({ status: gone.status, text: gone.text }).toEqual({ status: 204, text: '' });
    expect((await gateway.call('GET', `/api/keys/${id}`, { token: user })).status).toBe(404);
    expect((await gateway.call('DELETE', `/api/keys/${id}`, { token: user })).status).toBe(404);
  });

  it('tells the audit log who did what', async () => {
    const { id } = await issue(user);
    await change(id, { name: 'other name' });
    await gateway.call('POST', `/api/keys/${id}/rotate`, { token: user, body: {} });
    await gateway.call('DELETE', `/api/keys/${id}`, { token: admin });
    const { body } = await gateway.call('GET', `/api/audit?object_id=${id}`, { token: admin });
    expect(
      body.data.map((entry: { action: string; actor_name: string }) => [
        entry.action,
        entry.actor_name,
      ]),
    ).toEqual([
      ['api_key.delete', 'admin'],
      ['api_key.rotate', 'testuser'],
      ['api_key.update', 'testuser'],
      ['api_key.create', 'testuser'],
    ]);
    expect(body.data[2]).toMatchObject({
      object_type: 'api_key',
      changes: { name: { from: 'a key', to: 'other name' } },
      address: expect.stringContaining('127.0.0.1'),
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('asks who is there', async () => {
    expect((await gateway.call('GET', '/api/keys')).status).toBe(401);
    expect((await gateway.call('POST', '/api/keys', { body: { name: 'x' } })).status).toBe(401);
  });
});
