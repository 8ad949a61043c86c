import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gateway } from './support/gateway.js';
import { closedLoop, p99 } from './support/load.js';
import { openDescriptors, residentBytes } from './support/process-usage.js';
import { chatTokens, messageTokens } from './support/token-streams.js';
import { HELLO_ANSWER, json, stream, Upstream, type Behaviour } from './support/upstream.js';

const KEY = 'a-master-key-for-those-who-leave';
const SLOW_READER_MS = 2_000;
const MEGABYTE = 1024 * 1024;
/** The long originals of shortened tests: `FULL=1`. */
const FULL = process.env['FULL'] === '1';
/** Where a process can be asked for its memory and its descriptors. */
const onLinux = process.platform === 'linux' ? describe : describe.skip;

interface Row {
  requested_model: string;
  status: number;
  end_reason: string;
  output_tokens: number;
  attempts: object[];
}

interface Times {
  passedMs: number;
  closedMs: number;
}

describe('a client', () => {
  let first: Upstream;
  let second: Upstream;
  let gateway: Gateway;
  const agent = new Agent();

  beforeAll(async () => {
    first = await Upstream.start();
    second = await Upstream.start();
    gateway = await Gateway.start({
      env: { HEALTH_PROBE_INTERVAL_MS: '0', SLOW_READER_TIMEOUT_MS: String(SLOW_READER_MS) },
      config: `
        providers:
          - { name: first, type: openai, api_base: "${first.url}", api_key: k, models: ["chat-*", "whole-*", "flood"] }
          - { name: claude, type: anthropic, api_base: "${first.url}", api_key: k, models: ["message-*"] }
          - { name: second, type: openai, api_base: "${second.url}", api_key: k, priority: 1, models: ["chat-*", "whole-*"] }
        master_keys:
          - { name: all, key: "${KEY}" }
      `,
    });
  });

  afterAll(async () => {
    agent.destroy();
    await gateway?.stop();
    await Promise.all([first?.stop(), second?.stop()]);
  });

  function send(model: string, fields: object, path = '/v1/chat/completions'): ClientRequest {
    const call = request(gateway.url + path, {
      method: 'POST',
      agent,
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    });
    call.on('error', () => {});
    call.end(
      JSON.stringify({
        model,
        max_tokens: 64,
        messages: [{ role: 'user', content: 'hi' }],
        ...fields,
      }),
    );
    return call;
  }

  const answerOf = (call: ClientRequest): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      call.once('response', (response) => resolve(response.on('error', () => {})));
      call.once('error', reject);
    });

  /** How long this machine takes at the moment to bring a call to its upstream, and then to bring it the news of a leave. */
  async function timesOf(model: string, sentAt: number, leftAt: number): Promise<Times> {
    const [call, ...more] = first.callsFor(model);
    await call!.closed;
    expect([call!.aborted, more]).toEqual([true, []]);
    return { passedMs: call!.receivedAt - sentAt, closedMs: call!.closedAt! - leftAt };
  }

  const expectPrompt = (times: readonly Times[]): void =>
    expect(p99(times.map(({ closedMs }) => closedMs))).toBeLessThan(
      200 + p99(times.map(({ passedMs }) => passedMs)),
    );

  describe('that leaves', () => {
    it.each([
      ['chat', '/v1/chat/completions', chatTokens(1_000)],
      ['message', '/v1/messages', messageTokens(1_000)],
    ])('in the middle of a stream stops it at the upstream (%s)', async (family, path, whole) => {
      first.on(`${family}-*`, (response) =>
        stream(response, [...whole.before, ...whole.tokens], 10),
      );
      const times = await closedLoop({ count: 100, concurrency: 20 }, async (index) => {
        const model = `${family}-left${index}`;
        const sentAt = performance.now();
        const call = send(model, { stream: true }, path);
        const response = await answerOf(call);
        let text = '';
        for await (const piece of response) {
          text += String(piece);
          if (text.includes('t2 ')) break;
        }
        call.destroy();
        return timesOf(model, sentAt, performance.now());
      });
      expectPrompt(times);
      for (const row of await rowsOf(`${family}-left%`, 100)) {
        expect(row).toMatchObject({ status: 499, end_reason: 'client_closed' });
        expect(row.output_tokens).toBeGreaterThanOrEqual(3);
        expect(row.output_tokens).toBeLessThan(100);
      }
    });

    it('before its answer stops the call, and no other account is asked instead', async () => {
      first.on('whole-*', () => undefined);
      const models = Array.from({ length: 50 }, (_, index) => `whole-left${index}`);
      const times = await Promise.all(
        models.map(async (model) => {
          const sentAt = performance.now();
          const call = send(model, {});
          while (first.callsFor(model).length === 0) await sleep(5);
          await sleep(FULL ? 1_000 : 200);
          call.destroy();
          return timesOf(model, sentAt, performance.now());
        }),
      );
      expectPrompt(times);
      await sleep(FULL ? 5_000 : 1_000);
      for (const model of models) {
        expect([first.callsFor(model).length, second.callsFor(model).length]).toEqual([1, 0]);
      }
      for (const row of await rowsOf('whole-left%', 50)) {
        expect(row).toMatchObject({ status: 499, end_reason: 'client_closed', output_tokens: 0 });
        expect(row.attempts).toHaveLength(1);
      }
    });

    it('before the attempt that fails stops the ones that would follow', async () => {
      first.on('whole-*', async (response) => {
        await sleep(300);
        json(response, 500, { error: { message: 'late' } });
      });
      second.otherwise((response) => json(response, 200, HELLO_ANSWER));
      const models = Array.from({ length: 20 }, (_, index) => `whole-late${index}`);
      await Promise.all(
        models.map(async (model) => {
          const call = send(model, {});
          while (first.callsFor(model).length === 0) await sleep(5);
          call.destroy();
        }),
      );
      await sleep(600);
      for (const model of models) expect(second.callsFor(model)).toHaveLength(0);
    });
  });

  onLinux('that does not read', () => {
    const EVENT = Buffer.from(
      `data: {"choices":[{"delta":{"content":"${'x'.repeat(16_000)}"}}]}\n\n`,
    );
    let written = 0;
    const flood =
      (bytes: number): Behaviour =>
      async (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        let wake = (): void => undefined;
        response.on('drain', () => wake()).on('close', () => wake());
        for (written = 0; written < bytes && !response.destroyed; written += EVENT.length) {
          if (!response.write(EVENT)) await new Promise<void>((resolve) => (wake = resolve));
        }
        response.end('data: [DONE]\n\n');
      };

    it('holds the upstream back instead of filling the memory, and is cut off after its time', async () => {
      // What a stream of this size costs a process that has just started is no matter of reading.
      first.on('flood', flood(50 * MEGABYTE));
      for await (const _piece of await answerOf(send('flood', { stream: true })));
      first.on('flood', flood(500 * MEGABYTE));
      const before = await residentBytes(gateway.pid);
      const response = await answerOf(send('flood', { stream: true }));
      await new Promise((resolve) => response.once('data', resolve));
      response.pause();
      const pausedAt = performance.now();
      const call = first.callsFor('flood').at(-1)!;
      let highest = 0;
      while (call.closedAt === null) {
        highest = Math.max(highest, await residentBytes(gateway.pid));
        await sleep(50);
      }
      expect((highest - before) / MEGABYTE).toBeLessThan(20);
      expect(written).toBeLessThan(50 * MEGABYTE);
      expect(call.aborted).toBe(true);
      expect(call.closedAt - pausedAt).toBeGreaterThan(SLOW_READER_MS - 100);
      expect(call.closedAt - pausedAt).toBeLessThan(SLOW_READER_MS + 1_500);
      const [, row] = await rowsOf('flood', 2);
      expect(row).toMatchObject({ status: 499, end_reason: 'client_closed' });
      response.destroy();
    });

    it('is cut off behind the end of the answer as well', async () => {
      const text = 'x'.repeat(30 * MEGABYTE);
      first.on('whole-flood', (response) =>
        json(response, 200, { choices: [{ message: { content: text } }] }),
      );
      const response = await answerOf(send('whole-flood', {}));
      response.pause();
      const inFlight = async (): Promise<string | undefined> => {
        const { text: metrics } = await gateway.call('GET', '/metrics');
        return /^llm_proxy_active_requests (\d+)$/m.exec(metrics)?.[1];
      };
      expect(await inFlight()).toBe('1');
      const deadline = performance.now() + SLOW_READER_MS + 3_000;
      while ((await inFlight()) !== '0' && performance.now() < deadline) await sleep(50);
      expect(await inFlight()).toBe('0');
      response.destroy();
    });
  });

  onLinux('and 499 others', () => {
    it(
      'cost nothing by waiting on idle streams, and leave nothing behind',
      async () => {
        const { before, tokens } = chatTokens(1);
        first.on('chat-*', async (response) => {
          await stream(response, [...before, ...tokens]);
          const pings = setInterval(() => response.write(': ping\n\n'), 15_000);
          response.once('close', () => clearInterval(pings));
        });
        const open = async (): Promise<IncomingMessage[]> => {
          const streams: IncomingMessage[] = [];
          await closedLoop({ count: 500, concurrency: 25 }, async (index) => {
            const response = await answerOf(send(`chat-idle${index}`, { stream: true }));
            streams.push(response.resume());
          });
          return streams;
        };
        const close = async (streams: IncomingMessage[]): Promise<void> => {
          for (const one of streams) one.destroy();
          await untilDescriptors((count) => Math.abs(count - atStart) <= 5);
        };
        const atStart = await openDescriptors(gateway.pid);
        const streams = await open();
        expect(await openDescriptors(gateway.pid)).toBeGreaterThanOrEqual(atStart + 990);
        await sleep(FULL ? 60_000 : 1_000);
        const settled = await residentBytes(gateway.pid);
        const minutes = FULL ? 10 : 0.05;
        await sleep(minutes * 60_000);
        const grown = ((await residentBytes(gateway.pid)) - settled) / MEGABYTE;
        // In so short a time only what comes with each second can be seen.
        expect(grown).toBeLessThan(Math.max(minutes, 3));
        expect(streams.every(({ destroyed }) => !destroyed)).toBe(true);
        await close(streams);
      },
      FULL ? 800_000 : undefined,
    );
  });

  async function untilDescriptors(isFine: (count: number) => boolean): Promise<void> {
    const deadline = performance.now() + 5_000;
    while (!isFine(await openDescriptors(gateway.pid))) {
      if (performance.now() > deadline) {
        throw new Error(`${await openDescriptors(gateway.pid)} descriptors are left open`);
      }
      await sleep(50);
    }
  }

  async function rowsOf(pattern: string, count: number): Promise<Row[]> {
    for (;;) {
      const rows = await gateway.database.query<Row>(
        'SELECT * FROM usage_records WHERE requested_model LIKE $1 ORDER BY id',
        [pattern],
      );
      if (rows.length >= count) return rows;
      await sleep(50);
    }
  }
});
