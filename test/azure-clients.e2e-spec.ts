import OpenAI, { AzureOpenAI } from 'openai';
import { Gateway } from './support/gateway.js';
import { HELLO_ANSWER, HELLO_STREAM, json, stream, Upstream } from './support/upstream.js';

const KEY = 'a-master-key-for-azure-clients';
const messages = [{ role: 'user' as const, content: 'hi' }];

describe("Azure's clients", () => {
  let upstream: Upstream;
  let gateway: Gateway;

  beforeAll(async () => {
    upstream = await Upstream.start();
    upstream
      .on('gpt-whole', (response) => json(response, 200, HELLO_ANSWER))
      .on('vendor/gpt-whole', (response) => json(response, 200, HELLO_ANSWER))
      .on('gpt-streamed', async (response) => {
        await stream(response, HELLO_STREAM);
        response.end();
      });
    gateway = await Gateway.start({
      config: `
        providers:
          - { name: one, type: openai, api_base: "${upstream.url}", api_key: k, models: ["gpt-*", "vendor/*"] }
        master_keys:
          - { name: azure, key: "${KEY}" }
      `,
    });
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  const client = (options: { deployment?: string; apiKey?: string } = {}) =>
    new AzureOpenAI({
      endpoint: gateway.url,
      apiKey: KEY,
      apiVersion: '2024-10-21',
      maxRetries: 0,
      ...options,
    });

  it('find a model where a deployment would be', async () => {
    const completion = await client().chat.completions.create({ model: 'gpt-whole', messages });
    expect(completion.choices[0]!.message.content).toBe('Hello');
    expect(upstream.callsFor('gpt-whole').at(-1)!.path).toBe('/v1/chat/completions');
  });

  it('get the deployment of the path, whatever model the body names', async () => {
    const chat = client({ deployment: 'gpt-whole' }).chat.completions;
    expect(await chat.create({ model: 'something-else', messages })).toEqual(HELLO_ANSWER);
  });

  it.each(['gpt-whole', 'vendor%2Fgpt-whole'])('need no model in the body: %s', async (name) => {
    const path = `/openai/deployments/${name}/chat/completions?api-version=2024-10-21`;
    const headers = { 'api-key': KEY };
    expect(await gateway.call('POST', path, { body: { messages }, headers })).toMatchObject({
      status: 200,
      body: HELLO_ANSWER,
    });
  });

  it('get streams', async () => {
    const chat = client().chat.completions;
    const chunks = await chat.create({ model: 'gpt-streamed', messages, stream: true });
    let text = '';
    for await (const { choices } of chunks) text += choices[0]?.delta.content ?? '';
    expect(text).toBe('Hello');
  });

  it('that know the newer addresses name the model in the body', async () => {
    const openai = new OpenAI({ baseURL: `${gateway.url}/openai/v1`, apiKey: KEY });
    expect(await openai.chat.completions.create({ model: 'gpt-whole', messages })).toEqual(
      HELLO_ANSWER,
    );
    const headers = { 'api-key': KEY };
    const body = { model: 'nobody-serves-this', input: 'hi' };
    const answer = await gateway.call('POST', '/openai/responses', { body, headers });
    expect([answer.status, answer.body.error.code]).toEqual([404, 'model_not_found']);
  });

  it.each(['/v1', '/openai/v1', '/openai'])('may be given %s as their base', async (base) => {
    const openai = new AzureOpenAI({
      baseURL: `${gateway.url}${base}`,
      apiKey: KEY,
      apiVersion: 'v1',
    });
    expect(await openai.chat.completions.create({ model: 'gpt-whole', messages })).toEqual(
      HELLO_ANSWER,
    );
  });

  it('raise their own errors', async () => {
    const call = (options: object) =>
      client(options).chat.completions.create({ model: 'no-such-model', messages });
    await expect(call({ apiKey: 'wrong' })).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(call({})).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
  });
});
