import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, type TestDatabase } from './support/database.js';
import { Gateway } from './support/gateway.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { HELLO_ANSWER, json, Upstream } from './support/upstream.js';

const KEY = 'a-master-key-for-the-full-disk';

describe('a full usage journal', () => {
  let database: TestDatabase;
  let wire: TcpProxy;
  let upstream: Upstream;
  let gateway: Gateway;

  beforeAll(async () => {
    database = await createDatabase();
    wire = await TcpProxy.start(database.url);
    upstream = await Upstream.start();
    upstream.otherwise((response) => json(response, 200, HELLO_ANSWER));
    gateway = await Gateway.start({
      database,
      env: { DATABASE_URL: wire.url, JOURNAL_MAX_BYTES: '65536' },
      config: `
        providers:
          - { name: one, type: openai, api_base: "${upstream.url}", api_key: k }
        master_keys:
          - { name: all, key: "${KEY}" }
      `,
    });
  });

  afterAll(async () => {
    wire.mend();
    await gateway?.stop();
    await wire?.stop();
    await upstream?.stop();
    await database?.drop();
  });

  it('refuses what could not be recorded, and goes on when there is room', async () => {
    wire.refuse();
    let answer = await chat();
    let served = 0;
    for (; answer.status === 200 && served < 500; served++) answer = await chat();
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).not.toBeNull();
    expect(upstream.calls).toHaveLength(served);
    const metrics = (await gateway.call('GET', '/metrics')).text;
    expect(Number(/^llm_proxy_journal_share (.+)$/m.exec(metrics)![1])).toBeGreaterThanOrEqual(1);
    expect(metrics).toMatch(/^llm_proxy_degraded\{component="ledger"\} 1$/m);
    expect(gateway.logs).toContain('80 % of the space for the usage journal is taken');

    wire.mend();
    const deadline = performance.now() + 20_000;
    while ((await chat()).status !== 200 && performance.now() < deadline) await sleep(100);
    expect((await chat()).status).toBe(200);
    while ((await recorded()) < upstream.calls.length && performance.now() < deadline) {
      await sleep(100);
    }
    expect(await recorded()).toBe(upstream.calls.length);
  });

  const chat = () =>
    gateway.call('POST', '/v1/chat/completions', {
      token: KEY,
      body: { model: 'm', messages: [{ role: 'user', content: 'hi' }] },
    });

  async function recorded(): Promise<number> {
    const [row] = await database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM usage_records WHERE provider IS NOT NULL`,
    );
    return row!.n;
  }
});
