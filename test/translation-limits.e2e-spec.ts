import { Gateway } from './support/gateway.js';
import { HELLO_ANSWER, HELLO_STREAM, json, stream, Upstream } from './support/upstream.js';

const KEY = 'a-master-key-for-the-limits';
const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-x',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 3, output_tokens: 2 },
};

describe('the limits of translation', () => {
  let upstream: Upstream;
  let gateway: Gateway;

  beforeAll(async () => {
    upstream = await Upstream.start();
    upstream.otherwise((response, { path }) =>
      json(response, 200, path.endsWith('/messages') ? MESSAGE : HELLO_ANSWER),
    );
    gateway = await Gateway.start({
      config: `
        providers:
          - { name: claude, type: anthropic, api_base: "${upstream.url}", api_key: k, models: ["claude-*", "both"] }
          - { name: chat, type: together, api_base: "${upstream.url}", api_key: k, priority: 1, models: ["both", "chat-*"] }
        master_keys: [{ name: limits, key: "${KEY}" }]
      `,
    });
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  const chat = (model: string, fields: object = {}, headers: Record<string, string> = {}) =>
    gateway.call('POST', '/v1/chat/completions', {
      headers: { authorization: `Bearer ${KEY}`, ...headers },
      body: { model, messages: [{ role: 'user', content: 'hi' }], ...fields },
    });

  it('names what was dropped', async () => {
    const { status, headers, body } = await chat('claude-x', { seed: 7 });
    expect([status, headers.get('x-gateway-dropped')]).toEqual([200, 'seed']);
    expect(body.choices[0].message.content).toBe('Hello');
    expect(body.model).toBe('claude-x');
  });

  it('refuses instead when the client is strict', async () => {
    const { status, body } = await chat('claude-y', { seed: 7 }, { 'x-gateway-strict': 'true' });
    expect([status, body.error.param]).toEqual([400, 'seed']);
    expect(upstream.callsFor('claude-y')).toHaveLength(0);
  });

  it('refuses what would change the meaning, naming the parameter', async () => {
    const { status, body } = await chat('claude-z', { n: 2 });
    expect([status, body.error.param]).toEqual([400, 'n']);
    expect(upstream.callsFor('claude-z')).toHaveLength(0);
  });

  it('asks an account that can carry it, if there is one', async () => {
    const { status, headers } = await chat('both', { n: 2 });
    expect([status, headers.get('x-gateway-account')]).toEqual([200, 'chat']);
  });

  it('leaves a thread to the provider that holds it, and has other clients go on without', async () => {
    const create = (model: string) =>
      gateway.call('POST', '/v1/messages?beta=true', {
        headers: { 'x-api-key': KEY, 'anthropic-version': '2026-10-21' },
        body: {
          model,
          max_tokens: 9,
          thread: { type: 'create' },
          messages: [{ role: 'user', content: 'hi' }],
        },
      });
    expect(await create('both')).toMatchObject({ status: 200, body: MESSAGE });
    const { status, body } = await create('chat-x');
    expect([status, body.error.details.error_code]).toEqual([400, 'thread_unsupported_request']);
    expect(upstream.callsFor('chat-x')).toHaveLength(0);
  });

  it("gives an upstream's refusal in the client's protocol", async () => {
    const error = { type: 'invalid_request_error', message: 'max_tokens: too large' };
    upstream.on('claude-400', (response) => json(response, 400, { type: 'error', error }));
    const { status, body } = await chat('claude-400');
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ type: 'invalid_request_error', message: error.message });
  });

  it('refuses a body that its own protocol does not allow, and names the place', async () => {
    const { status, body } = await chat('claude-x', { messages: [{ role: 'user', content: 7 }] });
    expect([status, body.error.type]).toEqual([400, 'invalid_request_error']);
    expect(body.error.message).toContain('messages[0].content');
  });

  it('fails over between protocols before the commit point', async () => {
    const error = { type: 'overloaded_error', message: 'Overloaded' };
    const event = `event: error\ndata: ${JSON.stringify({ type: 'error', error })}\n\n`;
    upstream.on('both', (response, { path }) =>
      stream(response, path.endsWith('/messages') ? [event] : HELLO_STREAM).then(
        () => void response.end(),
      ),
    );
    const { status, headers, text } = await chat('both', { stream: true });
    expect([status, headers.get('x-gateway-account')]).toEqual([200, 'chat']);
    expect(text).toBe(HELLO_STREAM.join(''));
  });

  it("ends a translated stream that was cut with an error in the client's protocol", async () => {
    const events = [
      { type: 'message_start', message: { ...MESSAGE, content: [], stop_reason: null } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hel' } },
    ].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    upstream.on('claude-cut', (response) =>
      stream(response, events).then(() => void response.socket!.destroy()),
    );
    const { status, text } = await chat('claude-cut', { stream: true });
    expect(status).toBe(200);
    expect(text).toContain('"content":"Hel"');
    expect(text).toContain('"code":"stream_interrupted"');
    expect(text).not.toContain('[DONE]');
    expect(text).not.toContain('"finish_reason":"stop"');
  });
});
