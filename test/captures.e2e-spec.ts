import { setTimeout as sleep } from 'node:timers/promises';
import { ADMIN, Gateway, USER } from './support/gateway.js';
import { chatChunk, HELLO_ANSWER, json, stream, Upstream } from './support/upstream.js';

const SECRET = 'sk-live-0123456789abcdef';

describe('captures', () => {
  let upstream: Upstream;
  let gateway: Gateway;
  let admin: string;
  let user: string;
  let key: { id: string; key: string };

  beforeAll(async () => {
    upstream = await Upstream.start();
    upstream.on('whole', (response) => json(response, 200, HELLO_ANSWER));
    upstream.on('stream', async (response) => {
      const pieces = ['It is ', 'sk-live-0123', '456789abcdef', '.'];
      await stream(response, [
        ...pieces.map((content) => chatChunk({ content })),
        chatChunk({}, 'stop'),
        'data: [DONE]\n\n',
      ]);
      response.end();
    });
    gateway = await Gateway.start({
      config: `
        providers:
          - { name: one, type: openai, api_base: "${upstream.url}", api_key: k }
      `,
    });
    admin = await gateway.login(ADMIN);
    user = await gateway.login(USER);
    key = (await gateway.call('POST', '/api/keys', { token: user, body: { name: 'mine' } })).body;
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  const settings = (method: string, body?: object, token = user) =>
    gateway.call(method, `/api/keys/${key.id}/capture`, { token, ...(body && { body }) });

  async function call(model: string): Promise<string> {
    const answer = await gateway.call('POST', '/v1/chat/completions', {
      token: key.key,
      body: {
        model,
        stream: model === 'stream',
        messages: [{ role: 'user', content: `My key\n${SECRET} and jane@example.com` }],
      },
    });
    expect(answer.status).toBe(200);
    return answer.headers.get('x-request-id')!;
  }

  async function captured(id: string, token = user) {
    for (let tries = 0; ; tries++) {
      const path = `/api/stats/requests/${id}/capture`;
      const found = await gateway.call('GET', path, { token });
      if (found.status === 200 || tries === 40) return found;
      await sleep(50);
    }
  }

  it('keep nothing by default', async () => {
    expect((await settings('GET')).status).toBe(404);
    await call('whole');
    await sleep(700);
    expect(await gateway.database.query('SELECT 1 FROM usage_captures')).toEqual([]);
    const [row] = await gateway.database.query(
      `SELECT count(*)::int AS n FROM usage_records AS record WHERE record::text LIKE '%example.com%'`,
    );
    expect(row).toEqual({ n: 0 });
  });

  it('keep what is said under a key whose owner wants it, without its secrets', async () => {
    expect((await settings('PUT', { retention_days: 7 })).status).toBe(200);
    expect((await settings('GET')).body).toEqual({ retention_days: 7, redact: true });
    for (const model of ['whole', 'stream']) {
      const id = await call(model);
      const { body } = await captured(id);
      expect(body).toMatchObject({ request_id: id, redacted: true, truncated: false });
      expect(body.request).toContain(String.raw`My key\n[secret] and [email]`);
      expect(body.answer).toContain(model === 'whole' ? 'Hello' : 'It is [secret]');
      const days = (Date.parse(body.expires_at) - Date.now()) / 86_400_000;
      expect(days).toBeCloseTo(7, 1);
    }
    const [row] = await gateway.database.query(
      `SELECT count(*)::int AS n FROM usage_captures AS c WHERE c::text LIKE '%${SECRET}%'`,
    );
    expect(row).toEqual({ n: 0 });
  });

  it('are shown to their owner and administrators, and deleted by them', async () => {
    const id = await call('whole');
    expect((await captured(id)).status).toBe(200);
    expect((await captured(id, admin)).status).toBe(200);
    await gateway.database.query('UPDATE usage_captures SET user_id = NULL WHERE record_id = $1', [
      id,
    ]);
    const path = `/api/stats/requests/${id}/capture`;
    expect((await gateway.call('GET', path, { token: user })).status).toBe(404);
    expect((await gateway.call('DELETE', path, { token: user })).status).toBe(404);
    expect((await gateway.call('DELETE', path, { token: admin })).status).toBe(204);
    expect((await gateway.call('GET', path, { token: admin })).status).toBe(404);
  });

  it.each([
    ['retention_days', { retention_days: 0 }],
    ['retention_days', { retention_days: 366 }],
    ['redact', { retention_days: 1, redact: 'no' }],
  ])('are refused for %s in %j', async (param, body) => {
    expect((await settings('PUT', body)).body.error.param).toBe(param);
  });

  it('of a key of somebody else are nobody’s business', async () => {
    const body = { name: 'theirs' };
    const other = (await gateway.call('POST', '/api/keys', { token: admin, body })).body;
    const path = `/api/keys/${other.id}/capture`;
    const put = { token: user, body: { retention_days: 1 } };
    expect((await gateway.call('PUT', path, put)).status).toBe(404);
    expect((await gateway.call('GET', path, { token: user })).status).toBe(404);
  });

  it('end when the owner says so', async () => {
    expect((await settings('DELETE')).status).toBe(204);
    const id = await call('whole');
    await sleep(700);
    expect(
      (await gateway.call('GET', `/api/stats/requests/${id}/capture`, { token: user })).status,
    ).toBe(404);
  });

  it('and usage of an active user are not taken away from them', async () => {
    const me = (await gateway.call('GET', '/api/auth/me', { token: user })).body.id;
    const path = `/api/stats/users/${me}`;
    expect((await gateway.call('DELETE', path, { token: admin })).status).toBe(409);
  });

  it('and usage forget a person, also what is not written yet, and the sums stay', async () => {
    const me = (await gateway.call('GET', '/api/auth/me', { token: user })).body.id;
    await gateway.database.query(
      'INSERT INTO usage_dead_letters (record_id, "row", error) VALUES ($1, $2, $3)',
      ['letter', { user_id: me, session: 'mine', requested_model: 'm' }, 'refused'],
    );
    await settings('PUT', { retention_days: 7 });
    const before = (await gateway.call('GET', '/api/stats/summary', { token: admin })).body.totals;
    const mine = (await gateway.call('GET', '/api/stats/summary', { token: user })).body.totals;
    expect(mine.requests).toBeGreaterThan(0);
    await call('whole');
    await gateway.call('DELETE', `/api/users/${me}`, { token: admin });
    const path = `/api/stats/users/${me}`;
    const { status, body } = await gateway.call('DELETE', path, { token: admin });
    expect(status).toBe(200);
    expect(body.requests).toBe(mine.requests + 1);
    expect(body.captures).toBeGreaterThan(0);
    await sleep(700);
    for (const table of [
      'usage_records',
      'usage_hourly',
      'usage_daily',
      'usage_hourly_groups',
      'usage_daily_groups',
      'usage_captures',
      'usage_dead_letters',
    ]) {
      const [row] = await gateway.database.query(
        `SELECT count(*)::int AS n FROM ${table} AS r WHERE r::text LIKE '%${me}%'`,
      );
      expect([table, row!['n']]).toEqual([table, 0]);
    }
    const [letter] = await gateway.database.query('SELECT "row" FROM usage_dead_letters');
    expect(letter!['row']).toMatchObject({ session: null, requested_model: 'm' });
    const after = (await gateway.call('GET', '/api/stats/summary', { token: admin })).body.totals;
    expect(after.requests).toBe(before.requests + 1);
  });
});
