import { request as httpRequest } from 'node:http';
import { Gateway } from './support/gateway.js';
import { HELLO_ANSWER, json, Upstream } from './support/upstream.js';

const KEY = 'a-master-key-for-the-mistakes';
const headers = { authorization: `Bearer ${KEY}` };
const chat = (model: string) => ({
  body: { model, messages: [{ role: 'user', content: 'hi' }] },
  headers,
});

describe("the client's own mistakes", () => {
  let upstream: Upstream;
  let gateway: Gateway;

  beforeAll(async () => {
    upstream = await Upstream.start();
    gateway = await Gateway.start({
      config: `
        providers:
          - { name: one, type: openai, api_base: "${upstream.url}", api_key: k, models: ["only-*", "pair-*"] }
          - { name: two, type: openai, api_base: "${upstream.url}", api_key: k, models: ["pair-*"] }
        master_keys:
          - { name: all, key: "${KEY}" }
          - { name: some, key: "a-master-key-for-some-models", allowed_models: ["only-*"] }
          - { name: none, key: "a-master-key-that-is-disabled", enabled: false }
      `,
    });
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  const call = (model: string, path = '/v1/chat/completions') =>
    gateway.call('POST', path, chat(model));

  it.each([
    ['no key', {}, 401],
    ['a wrong key', { authorization: 'Bearer nothing-we-know' }, 401],
    ['a disabled key', { 'x-api-key': 'a-master-key-that-is-disabled' }, 401],
    ['two different keys', { authorization: `Bearer ${KEY}`, 'x-api-key': 'other' }, 400],
    ['a key of ours with a typing error', { 'x-api-key': `sk-gw-${'a'.repeat(43)}_aaaaaa` }, 401],
  ])('%s is answered in each protocol', async (_, given, status) => {
    const body = chat('only-x').body;
    const openai = await gateway.call('POST', '/v1/chat/completions', { body, headers: given });
    expect(openai.status).toBe(status);
    expect(openai.body.error).toMatchObject({
      message: expect.any(String),
      type: 'invalid_request_error',
    });
    const anthropic = await gateway.call('POST', '/v1/messages', { body, headers: given });
    expect(anthropic.status).toBe(status);
    expect(anthropic.body).toMatchObject({
      type: 'error',
      error: { type: status === 401 ? 'authentication_error' : 'invalid_request_error' },
      request_id: anthropic.headers.get('x-request-id'),
    });
  });

  it('a model the key may not use is 403, one that nobody serves 404', async () => {
    const some = { authorization: 'Bearer a-master-key-for-some-models' };
    const body = chat('pair-x').body;
    const forbidden = await gateway.call('POST', '/v1/chat/completions', { body, headers: some });
    expect([forbidden.status, forbidden.body.error.code]).toEqual([403, 'model_not_allowed']);
    const unknown = await call('nobody-serves-this');
    expect([unknown.status, unknown.body.error.code]).toEqual([404, 'model_not_found']);
    const ofAnthropic = await call('nobody-serves-this', '/v1/messages');
    expect(ofAnthropic.body.error.type).toBe('not_found_error');
  });

  it.each([
    '{',
    '[]',
    '{"model":1}',
    '{"messages":[]}',
    '{"model":"a","model":"b"}',
    '{"model":"a","stream":"yes"}',
  ])('the body %s is 400', async (body) => {
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers,
      body,
    });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: { message: string } }).error.message).not.toBe('');
  });

  it('31 MiB are no mistake, and reach the upstream whole', async () => {
    upstream.on('only-large', (response) => json(response, 200, HELLO_ANSWER));
    const content = 'x'.repeat(31 * 1024 * 1024);
    const body = { model: 'only-large', messages: [{ role: 'user', content }] };
    const { status } = await gateway.call('POST', '/v1/chat/completions', { headers, body });
    expect(status).toBe(200);
    expect(upstream.callsFor('only-large')[0]!.body.toString()).toBe(JSON.stringify(body));
  });

  it('33 MiB are 413 at once, announced or not', async () => {
    const send = (announce: boolean) =>
      new Promise<number>((resolve, reject) => {
        const request = httpRequest(
          `${gateway.url}/v1/messages`,
          {
            method: 'POST',
            headers: { ...headers, ...(announce && { 'content-length': 33 * 1024 * 1024 }) },
          },
          (response) => resolve(response.statusCode!),
        );
        request.once('error', reject);
        const piece = Buffer.alloc(1024 * 1024, 0x20);
        if (announce) request.flushHeaders();
        else for (let i = 0; i < 33; i++) request.write(piece);
      });
    expect(await send(true)).toBe(413);
    expect(await send(false)).toBe(413);
  });

  it('a route that does not exist is 404 in the protocol of its neighbours', async () => {
    const { status, body } = await gateway.call('POST', '/v1/nothing', { headers, body: {} });
    expect(status).toBe(404);
    expect(body.error.type).toBe('invalid_request_error');
  });

  it("the upstream's refusal of the request passes as it is and is not retried", async () => {
    const refusal = {
      error: {
        message: 'max_tokens is too large',
        type: 'invalid_request_error',
        param: 'max_tokens',
        code: null,
      },
    };
    upstream.on('pair-400', (response) => json(response, 400, refusal));
    const answer = await call('pair-400');
    expect([answer.status, answer.body]).toEqual([400, refusal]);
    expect(upstream.callsFor('pair-400')).toHaveLength(1);
  });
});
