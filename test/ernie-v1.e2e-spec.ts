import { Gateway } from './support/gateway.js';
import { json, stream, Upstream } from './support/upstream.js';

const KEY = 'a-master-key-for-old-ernie';
const CHAT = '/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/completions_pro';

describe('the old ERNIE interface', () => {
  let upstream: Upstream;
  let gateway: Gateway;
  let tokens = 0;

  beforeAll(async () => {
    upstream = await Upstream.start();
    const grant = 'grant_type=client_credentials&client_id=id&client_secret=secret';
    upstream.on(`/oauth/2.0/token?${grant}`, (response) =>
      json(response, 200, { access_token: `token-${++tokens}`, expires_in: 2_592_000 }),
    );
    gateway = await Gateway.start({
      config: `
        providers:
          - { name: old, type: ernie-v1, api_base: "${upstream.url}", api_key: "id:secret" }
        master_keys: [{ name: old, key: "${KEY}" }]
      `,
    });
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  const ask = (fields: object = {}) =>
    gateway.call('POST', '/v1/chat/completions', {
      headers: { authorization: `Bearer ${KEY}` },
      body: { model: 'ERNIE-4.0-8K', messages: [{ role: 'user', content: 'hi' }], ...fields },
    });
  const answer = {
    id: 'as-1',
    object: 'chat.completion',
    created: 1,
    result: 'Hello',
    is_truncated: false,
    finish_reason: 'normal',
    usage: { prompt_tokens: 2, completion_tokens: 1, total_tokens: 3 },
  };

  it('is asked with a token that is fetched once', async () => {
    upstream.on(`${CHAT}?access_token=token-1`, (response) => json(response, 200, answer));
    const answers = await Promise.all([ask(), ask(), ask()]);
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body.choices[0]).toMatchObject({
        finish_reason: 'stop',
        message: { content: 'Hello' },
      });
      expect(body.usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 1 });
    }
    expect(tokens).toBe(1);
  });

  it('gets a new token when the old one is refused under status 200, for a stream as well', async () => {
    upstream.on(`${CHAT}?access_token=token-1`, (response) =>
      json(response, 200, { error_code: 111, error_msg: 'Access token expired' }),
    );
    upstream.on(`${CHAT}?access_token=token-2`, (response) =>
      stream(response, [
        `data: ${JSON.stringify({ ...answer, sentence_id: 0, is_end: false, result: 'Hel' })}\n\n`,
        `data: ${JSON.stringify({ ...answer, sentence_id: 1, is_end: true, result: 'lo' })}\n\n`,
      ]).then(() => void response.end()),
    );
    const { text, headers } = await ask({ stream: true });
    expect(text).toContain('"content":"Hel"');
    expect(text).toContain('"content":"lo"');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(headers.get('x-gateway-attempts')).toBe('2');
    expect(tokens).toBe(2);
  });

  it('refuses in the words of its errors', async () => {
    upstream.on(`${CHAT}?access_token=token-2`, (response) =>
      json(response, 200, { error_code: 336007, error_msg: 'prompt too long' }),
    );
    const { status, body } = await ask();
    expect([status, body.error.type]).toEqual([400, 'invalid_request_error']);
    expect(body.error.message).toContain('prompt too long');
  });
});
