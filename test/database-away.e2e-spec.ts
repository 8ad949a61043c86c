import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, type TestDatabase } from './support/database.js';
import { ADMIN, Gateway } from './support/gateway.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { HELLO_ANSWER, json, Upstream } from './support/upstream.js';

const KEY = 'a-master-key-for-the-outage';

describe('while the database is away', () => {
  let database: TestDatabase;
  let wire: TcpProxy;
  let upstream: Upstream;
  let gateway: Gateway;
  let admin: string;

  beforeAll(async () => {
    database = await createDatabase();
    wire = await TcpProxy.start(database.url);
    upstream = await Upstream.start();
    upstream.otherwise((response) => json(response, 200, HELLO_ANSWER));
    wire.refuse();
    gateway = await Gateway.launch({
      database,
      env: {
        DATABASE_URL: wire.url,
        DATABASE_CONNECT_TIMEOUT_MS: '1000',
        DATABASE_QUERY_TIMEOUT_MS: '1000',
        CATALOG_POLL_INTERVAL_MS: '300',
      },
      config: `
        providers:
          - { name: one, type: openai, api_base: "${upstream.url}", api_key: k }
        master_keys:
          - { name: all, key: "${KEY}" }
      `,
    });
  });

  afterEach(() => wire.mend());

  afterAll(async () => {
    await gateway?.stop();
    await wire.stop();
    await upstream.stop();
    await database.drop();
  });

  const chat = (token = KEY) =>
    gateway.call('POST', '/v1/chat/completions', {
      token,
      body: { model: 'm', messages: [{ role: 'user', content: 'hi' }] },
    });

  it('the gateway starts all the same, and is ready when it comes', async () => {
    await gateway.untilListening();
    await sleep(300);
    expect((await gateway.call('GET', '/health/live')).status).toBe(200);
    expect((await gateway.call('GET', '/health/ready')).status).toBe(503);
    expect((await chat()).status).toBe(503);
    expect((await gateway.call('GET', '/v1/models', { token: KEY })).status).toBe(503);
    const login = await gateway.call('POST', '/api/auth/login', { body: ADMIN });
    expect([login.status, login.body.error.code]).toEqual([503, 'database_unavailable']);
    expect((await gateway.call('GET', '/health/detailed')).status).toBe(503);
    wire.mend();
    await gateway.untilReady();
    expect((await chat()).status).toBe(200);
  });

  it.each(['refuse', 'silence'] as const)('calls are served (%s)', async (how) => {
    wire.mend();
    await gateway.untilReady();
    admin = await gateway.login();
    expect((await chat()).status).toBe(200);
    wire[how]();

    const ids: string[] = [];
    for (let i = 0; i < 20; i++) {
      const answer = await chat();
      expect(answer.status).toBe(200);
      ids.push(answer.headers.get('x-request-id')!);
    }
    expect((await chat('unknown-key')).status).toBe(401);
    expect((await gateway.call('GET', '/health/ready')).status).toBe(200);
    expect((await gateway.call('GET', '/health/live')).status).toBe(200);

    for (let round = 0; round < 2; round++) await refusesPeople();

    wire.mend();
    await eventually(async () => (await gateway.login()) !== '');
    expect((await gateway.call('GET', '/api/keys', { token: admin })).status).toBe(200);
    await eventually(async () => (await gateway.call('GET', '/health/detailed')).status === 200);
    await eventually(async () => {
      const rows = await database.query<{ id: string }>(
        'SELECT id FROM usage_records WHERE id = ANY($1::uuid[])',
        [ids],
      );
      return rows.length === ids.length;
    });
    const { body } = await gateway.call('POST', '/api/keys', { token: admin, body: { name: 'k' } });
    await eventually(async () => (await chat(body.key)).status === 200);
  });

  async function refusesPeople(): Promise<void> {
    const body = { name: 'lost' };
    await Promise.all(
      [
        gateway.call('POST', '/api/auth/login', { body: ADMIN }),
        gateway.call('GET', '/api/keys', { token: admin }),
        gateway.call('POST', '/api/keys', { token: admin, body }),
        gateway.call('GET', '/api/stats/summary', { token: admin }),
        gateway.call('GET', '/api/audit', { token: admin }),
      ].map(async (answer) => {
        const startedAt = performance.now();
        const { status, headers, text } = await answer;
        expect([status, text]).toEqual([503, expect.stringContaining('unavailable')]);
        expect(headers.get('retry-after')).not.toBeNull();
        expect(performance.now() - startedAt).toBeLessThan(3_000);
      }),
    );
  }
});

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 15_000;
  for (;;) {
    const failure = await condition().then(
      (met) => (met ? null : new Error('not in time')),
      (error: unknown) => error as Error,
    );
    if (!failure) return;
    if (performance.now() > deadline) throw failure;
    await sleep(50);
  }
}
