import { createServer, type AddressInfo, type Server } from 'node:net';
import { Gateway } from './support/gateway.js';
import {
  chatChunk,
  HELLO_ANSWER,
  HELLO_STREAM,
  json,
  stream,
  Upstream,
} from './support/upstream.js';

const KEY = 'a-master-key-for-the-faults';
const headers = { authorization: `Bearer ${KEY}` };
const chat = (model: string, fields: object = {}) => ({
  body: { model, messages: [{ role: 'user', content: 'hi' }], ...fields },
  headers,
});

describe('faults', () => {
  let first: Upstream;
  let second: Upstream;
  let silent: Server;
  let gateway: Gateway;

  beforeAll(async () => {
    first = await Upstream.start();
    second = await Upstream.start();
    second.otherwise((response, { body }) =>
      JSON.parse(body.toString('utf8')).stream
        ? stream(response, HELLO_STREAM).then(() => void response.end())
        : json(response, 200, HELLO_ANSWER),
    );
    silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const silentUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    gateway = await Gateway.start({
      env: {
        UPSTREAM_FIRST_BYTE_TIMEOUT_MS: '400',
        UPSTREAM_RESPONSE_TIMEOUT_MS: '800',
        UPSTREAM_IDLE_TIMEOUT_MS: '400',
      },
      config: `
        providers:
          - { name: only, type: openai, api_base: "${first.url}", api_key: k, models: ["only-*"] }
          - { name: refusing, type: openai, api_base: "http://127.0.0.1:1", api_key: k, models: ["refused"] }
          - { name: silent, type: openai, api_base: "${silentUrl}", api_key: k, models: ["silent"] }
          - { name: first, type: openai, api_base: "${first.url}", api_key: k, priority: 0, models: ["pair-*"] }
          - { name: second, type: openai, api_base: "${second.url}", api_key: k, priority: 1, models: ["pair-*"] }
          - { name: claude, type: anthropic, api_base: "${first.url}", api_key: k, models: ["claude-*"] }
          - { name: other-claude, type: anthropic, api_base: "${first.url}", api_key: k, models: ["message-*"] }
        master_keys:
          - { name: all, key: "${KEY}" }
      `,
    });
  });

  afterAll(async () => {
    await gateway?.stop();
    await Promise.all([first?.stop(), second?.stop()]);
    silent?.close();
  });

  const call = (model: string, fields: object = {}, path = '/v1/chat/completions') =>
    gateway.call('POST', path, chat(model, fields));

  describe('an upstream that fails', () => {
    it.each([
      ['refuses connections', 'refused', 502, 'upstream_unreachable'],
      ['accepts and says nothing', 'silent', 504, 'upstream_timeout'],
    ])('%s', async (_, model, status, code) => {
      const answer = await call(model);
      expect([answer.status, answer.body.error.code]).toEqual([status, code]);
      const streamed = await call(model, { stream: true });
      expect([streamed.status, streamed.body.error.code]).toEqual([status, code]);
    });

    it.each<[string, number, string | Buffer, number, string, number?]>([
      ['html', 200, '<html>hello</html>', 502, 'upstream_invalid_response'],
      ['empty', 200, '', 502, 'upstream_invalid_response'],
      ['half', 200, '{"id":"x","choices":[', 502, 'upstream_invalid_response'],
      ['error-in-200', 200, '{"error":{"message":"boom"}}', 502, 'upstream_error', 2],
      ['html-502', 502, '<html>Bad gateway</html>', 502, 'upstream_error', 2],
      ['html-404', 404, '<html>Not found</html>', 502, 'upstream_invalid_response'],
      ['redirect', 302, '', 502, 'upstream_invalid_response'],
      ['500', 500, '{"error":{"message":"secret host db-1"}}', 502, 'upstream_error', 2],
      ['503', 503, '', 503, 'upstream_unavailable', 2],
      ['529', 529, '', 503, 'upstream_overloaded'],
      ['rate', 429, '{"error":{"message":"slow down"}}', 429, 'upstream_rate_limited'],
    ])('answers %s', async (name, status, body, expectedStatus, code, calls = 1) => {
      for (const streaming of [false, true]) {
        const model = `only-${name}-${streaming}`;
        first.on(
          model,
          (response) =>
            void response
              .writeHead(status, { 'content-type': 'text/html', location: 'http://127.0.0.1:1/' })
              .end(body),
        );
        const answer = await call(model, { stream: streaming });
        expect([answer.status, answer.body.error.code]).toEqual([expectedStatus, code]);
        expect(answer.text).not.toContain('db-1');
        expect(first.callsFor(model)).toHaveLength(calls);
      }
    });

    it("never shows its own 401 as the client's", async () => {
      first.on('claude-401', (response) =>
        json(response, 401, {
          type: 'error',
          error: { type: 'authentication_error', message: 'invalid x-api-key' },
        }),
      );
      const answer = await call('claude-401', {}, '/v1/messages');
      expect([answer.status, answer.body.error.type]).toEqual([502, 'api_error']);
      expect(answer.headers.get('x-should-retry')).toBe('false');
    });

    it('says 529 to clients of Anthropic when no account is left, and how long to wait', async () => {
      const answer = await call('claude-again', {}, '/v1/messages');
      expect([answer.status, answer.body.error.type]).toEqual([529, 'overloaded_error']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    });
  });

  describe('before the commit point another account answers', () => {
    const PRELUDE = chatChunk({ role: 'assistant', content: '' });

    it.each<[string, Parameters<Upstream['on']>[1]]>([
      ['500', (response) => json(response, 500, { error: { message: 'x' } })],
      ['429', (response) => json(response, 429, { error: { message: 'x' } })],
      ['reset', (response) => void response.socket!.destroy()],
      [
        'garbage',
        (response) =>
          void response
            .writeHead(200, { 'content-type': 'text/event-stream' })
            .end('data: <html>\n\n'),
      ],
      [
        'error-event',
        (response) => stream(response, [PRELUDE, 'data: {"error":{"message":"overloaded"}}\n\n']),
      ],
      ['early-end', (response) => stream(response, [PRELUDE]).then(() => void response.end())],
      [
        'early-cut',
        (response) => stream(response, [PRELUDE]).then(() => void response.socket!.destroy()),
      ],
      ['stall', (response) => stream(response, [PRELUDE])],
      ['hang', () => undefined],
    ])('after %s', async (name, behaviour) => {
      const model = `pair-${name}`;
      first.on(model, behaviour);
      const answer = await call(model, { stream: true });
      expect(answer.text).toBe(HELLO_STREAM.join(''));
      expect(answer.headers.get('x-gateway-account')).toBe('second');
      expect(first.callsFor(model).length).toBeGreaterThan(0);
      expect(second.callsFor(model)).toHaveLength(1);
    });
  });

  describe('behind the commit point', () => {
    it('nothing is started again: one error event, and no terminator', async () => {
      first.on('pair-cut', (response) =>
        stream(response, HELLO_STREAM.slice(0, 2)).then(() => void response.socket!.destroy()),
      );
      const { text, status } = await call('pair-cut', { stream: true });
      expect(status).toBe(200);
      expect(text.startsWith(HELLO_STREAM.slice(0, 2).join(''))).toBe(true);
      expect(text).toContain('"code":"stream_interrupted"');
      expect(text).not.toContain('[DONE]');
      expect(second.callsFor('pair-cut')).toHaveLength(0);
    });

    it('a stream that ends too early is an error as well', async () => {
      first.on('only-early', (response) =>
        stream(response, HELLO_STREAM.slice(0, 3)).then(() => void response.end()),
      );
      const answer = await call('only-early', { stream: true });
      expect(answer.text).toContain('"code":"stream_interrupted"');
      expect(answer.text).not.toContain('[DONE]');
    });

    it("says so in Anthropic's protocol to its clients", async () => {
      const events = [
        { type: 'message_start', message: { usage: { input_tokens: 3 } } },
        { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'hi' } },
      ].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      first.on('message-early', (response) =>
        stream(response, events).then(() => void response.end()),
      );
      const answer = await call('message-early', { stream: true }, '/v1/messages');
      expect(answer.text).toContain(`${events.join('')}event: error\ndata: {"type":"error"`);
      expect(answer.text).not.toContain('message_stop');
    });
  });
});
