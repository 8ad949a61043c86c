import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, type TestDatabase } from './support/database.js';
import { Gateway } from './support/gateway.js';
import { HELLO_ANSWER, HELLO_STREAM, json, stream, Upstream } from './support/upstream.js';

const KEY = 'a-master-key-for-the-drain';

interface Ending {
  status: number | undefined;
  text: string;
  /** Whether the answer ended as HTTP has it, rather than with its connection. */
  isWhole: boolean;
  id: string;
}

describe('a gateway that is told to stop', () => {
  let database: TestDatabase;
  let upstream: Upstream;
  let gateway: Gateway;
  let release: () => void;
  let released: Promise<void>;
  /** Answers of which something has arrived. */
  let begun: number;

  beforeEach(async () => {
    begun = 0;
    released = new Promise((resolve) => (release = resolve));
    database = await createDatabase();
    upstream = await Upstream.start();
    upstream
      .on('stream', async (response) => {
        await stream(response, HELLO_STREAM.slice(0, 2));
        await released;
        await stream(response, HELLO_STREAM.slice(2));
        response.end();
      })
      .on('slow', async (response) => {
        await released;
        json(response, 200, HELLO_ANSWER);
      });
  });

  afterEach(async () => {
    release();
    await gateway?.stop();
    await upstream.stop();
    await database.drop();
  });

  const start = async (env: Record<string, string>): Promise<void> => {
    gateway = await Gateway.start({
      database,
      env,
      config: `
        providers:
          - { name: one, type: openai, api_base: "${upstream.url}", api_key: k }
          - { name: claude, type: anthropic, api_base: "${upstream.url}", api_key: k, models: ["claude-*"] }
        master_keys:
          - { name: all, key: "${KEY}" }
      `,
    });
  };

  /** One stream under way and one answer waited for. */
  async function busy(): Promise<[Promise<Ending>, Promise<Ending>]> {
    const calls = [chat('stream', true), chat('slow')] as [Promise<Ending>, Promise<Ending>];
    while (upstream.calls.length < 2 || begun < 1) await sleep(5);
    return calls;
  }

  it('lets everything under way finish, serves nothing new, and exits with 0', async () => {
    await start({ DRAIN_DELAY_MS: '1500' });
    const calls = await busy();
    const kept = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await get('/health/ready', kept)).status).toBe(200);
    gateway.signal();
    // The delay: balancers hear that it is over, and who did not hear yet is served.
    let ready = await get('/health/ready', kept);
    while (ready.status === 200) ready = await get('/health/ready', kept);
    expect([ready.status, ready.connection]).toEqual([503, 'close']);
    expect((await get('/health/live', kept)).status).toBe(200);
    upstream.on('late', (response) => json(response, 200, HELLO_ANSWER));
    expect(await chat('late')).toMatchObject({ status: 200, isWhole: true });
    await expect(untilRefused()).rejects.toThrow(/ECONNREFUSED/);
    release();
    const [streamed, slow] = await Promise.all(calls);
    expect(streamed).toMatchObject({ status: 200, text: HELLO_STREAM.join(''), isWhole: true });
    expect(slow).toMatchObject({ status: 200, text: JSON.stringify(HELLO_ANSWER), isWhole: true });
    expect(await gateway.untilExit()).toBe(0);
    expect(await recorded([streamed, slow])).toEqual(['completed 200', 'completed 200']);
    expect(gateway.logs).not.toMatch(/"level":"(error|fatal)"/);
  });

  it('tells those who take too long, in their protocol and without its end', async () => {
    upstream.on('claude-1', (response) =>
      stream(response, [
        'event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":3}}}\n\n',
        'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"text":"hi"}}\n\n',
      ]),
    );
    await start({ DRAIN_TIMEOUT_MS: '300' });
    const message = chat('claude-1', true, '/v1/messages');
    const [streaming, waiting] = await busy();
    while (begun < 2) await sleep(5);
    gateway.signal();
    const startedAt = performance.now();
    const [streamed, slow, claude] = await Promise.all([streaming, waiting, message]);
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    expect(streamed.text).toMatch(/data: \{"error":\{.*"code":"stream_interrupted"/);
    expect(streamed.text).not.toContain('[DONE]');
    expect(claude.text).toMatch(/event: error\ndata: \{"type":"error"/);
    expect(claude.text).not.toContain('message_stop');
    expect(slow.status).toBe(503);
    expect(await gateway.untilExit()).toBe(0);
    expect(upstream.calls.every(({ aborted }) => aborted)).toBe(true);
    expect(await recorded([streamed, slow, claude])).toEqual([
      'interrupted 200',
      'upstream_error 503',
      'interrupted 200',
    ]);
  });

  it('hurries at the second signal', async () => {
    await start({ DRAIN_DELAY_MS: '20000', DRAIN_TIMEOUT_MS: '20000' });
    const calls = await busy();
    gateway.signal();
    await sleep(600);
    const startedAt = performance.now();
    gateway.signal();
    expect(await gateway.untilExit()).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(2_500);
    const [streamed, slow] = await Promise.all(calls);
    expect(streamed.text).toContain('stream_interrupted');
    expect(await recorded([streamed, slow])).toEqual(['interrupted 200', 'upstream_error 503']);
  });

  it('loses no record of a burst, and lets people have their answers', async () => {
    upstream.otherwise((response) => json(response, 200, HELLO_ANSWER));
    await start({});
    const calls = Array.from({ length: 200 }, (_, index) => chat(`m-${index}`));
    await Promise.all(calls.slice(0, 150));
    const login = gateway.login();
    await sleep(20);
    gateway.signal();
    const all = (await Promise.allSettled(calls)).flatMap((call) =>
      call.status === 'fulfilled' && call.value.status === 200 ? [call.value] : [],
    );
    expect(await login).not.toBe('');
    expect(await gateway.untilExit()).toBe(0);
    const endings = await recorded(all);
    expect(endings.length).toBeGreaterThanOrEqual(150);
    expect(new Set(endings)).toEqual(new Set(['completed 200']));
  });

  /** How each call ended in its one record. */
  async function recorded(endings: readonly Ending[]): Promise<string[]> {
    const rows = await database.query<{ id: string; status: number; end_reason: string }>(
      'SELECT id, status, end_reason FROM usage_records',
    );
    return endings.map(({ id }) => {
      const [row, ...more] = rows.filter((one) => one.id === id);
      expect(more).toEqual([]);
      return row ? `${row.end_reason} ${row.status}` : 'lost';
    });
  }

  function chat(model: string, streams = false, path = '/v1/chat/completions'): Promise<Ending> {
    const body = JSON.stringify({
      model,
      stream: streams,
      max_tokens: 9,
      messages: [{ role: 'user', content: 'hi' }],
    });
    return new Promise((resolve, reject) => {
      const call = request(gateway.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      });
      call.once('error', reject);
      call.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.once('data', () => begun++);
        response.on('error', () => {});
        response.once('close', () => {
          const { statusCode: status, complete: isWhole, headers } = response;
          resolve({ status, text, isWhole, id: String(headers['x-request-id']) });
        });
      });
      call.end(body);
    });
  }

  async function untilRefused(): Promise<never> {
    for (;;) {
      await get('/health/live');
      await sleep(50);
    }
  }

  function get(path: string, agent?: Agent): Promise<{ status?: number; connection?: string }> {
    return new Promise((resolve, reject) => {
      const call = request(gateway.url + path, { agent: agent ?? new Agent() });
      call.once('error', reject);
      call.once('response', (response) => {
        response.resume().once('end', () => {
          const { statusCode, headers } = response;
          resolve({ status: statusCode!, connection: headers.connection! });
        });
      });
      call.end();
    });
  }
});
