import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { Gateway } from './support/gateway.js';
import { loadRecordings, type Recording } from './support/recordings.js';
import { HELLO_STREAM, json, Upstream } from './support/upstream.js';

const KEY = 'a-master-key-for-the-sdks';

const { recordings } = loadRecordings(['openai.chat', 'anthropic.messages', 'openai.embeddings']);

/** The smallest recording that has what a test is about. */
function find(api: string, provider: string, stream: boolean, ...contains: string[]): Recording {
  const found = recordings
    .filter((one) => one.api === api && one.provider === provider && one.stream === stream)
    .filter(({ response }) => response.status === 200)
    .filter(({ response }) => contains.every((text) => response.bytes.includes(text)))
    .sort((a, b) => a.response.bytes.length - b.response.bytes.length)[0];
  if (!found) throw new Error(`no recording of ${api} with ${contains.join()}`);
  return found;
}

describe('the official SDKs', () => {
  let upstream: Upstream;
  let gateway: Gateway;
  let openai: OpenAI;
  let anthropic: Anthropic;

  beforeAll(async () => {
    upstream = await Upstream.start();
    gateway = await Gateway.start({
      config: `
        providers:
          - { name: chat, type: openai, api_base: "${upstream.url}", api_key: upstream-key-1, models: ["gpt-*", "embed"] }
          - { name: claude, type: claude, api_base: "${upstream.url}", api_key: upstream-key-2, models: ["claude-*"] }
        master_keys:
          - { name: sdks, key: "${KEY}" }
      `,
    });
    openai = new OpenAI({ apiKey: KEY, baseURL: `${gateway.url}/v1` });
    anthropic = new Anthropic({ apiKey: KEY, baseURL: gateway.url });
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  function answerWith(name: string, { response }: Recording): void {
    upstream.on(name, (answer) => {
      answer.writeHead(response.status, response.headers).end(response.bytes);
    });
  }

  it('get a chat completion exactly as it was recorded', async () => {
    const recording = find('openai.chat', 'openai', false, '"content"');
    answerWith('gpt-whole', recording);
    const completion = await openai.chat.completions.create({
      model: 'gpt-whole',
      messages: [{ role: 'user', content: 'hi' }],
    });
    expect(completion).toEqual(JSON.parse(recording.response.bytes.toString('utf8')));
    expect(completion._request_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it('stream a chat completion with tool calls', async () => {
    answerWith(
      'gpt-tools',
      find('openai.chat', 'openai', true, '"tool_calls":[{"index":0,"id":"call_', '[DONE]'),
    );
    const runner = openai.chat.completions.stream({
      model: 'gpt-tools',
      messages: [{ role: 'user', content: 'weather?' }],
      stream_options: { include_usage: true },
    });
    const { choices, usage } = await runner.finalChatCompletion();
    const [call] = choices[0]!.message.tool_calls!;
    expect(call!.type).toBe('function');
    expect(
      JSON.parse((call as { function: { arguments: string } }).function.arguments),
    ).toBeDefined();
    expect(usage === undefined || usage.total_tokens > 0).toBe(true);
  });

  it('do not see the usage that only the gateway asked for', async () => {
    const recording = find('openai.chat', 'openai', true, '"choices":[],', '[DONE]');
    answerWith('gpt-usage', recording);
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    const stream = await openai.chat.completions.create({
      model: 'gpt-usage',
      messages: [{ role: 'user', content: 'hi' }],
      stream: true,
    });
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.every(({ choices }) => choices.length > 0)).toBe(true);
    const sent = JSON.parse(upstream.callsFor('gpt-usage')[0]!.body.toString('utf8'));
    expect(sent.stream_options).toEqual({ include_usage: true });
  });

  it('get embeddings', async () => {
    answerWith('embed', find('openai.embeddings', 'openai', false, '"embedding"'));
    const { data, usage } = await openai.embeddings.create({ model: 'embed', input: 'hello' });
    expect(data[0]!.embedding.length).toBeGreaterThan(0);
    expect(usage.prompt_tokens).toBeGreaterThan(0);
  });

  it('get a message exactly as it was recorded', async () => {
    const recording = find('anthropic.messages', 'anthropic', false, '"end_turn"');
    answerWith('claude-whole', recording);
    const message = await anthropic.messages.create({
      model: 'claude-whole',
      max_tokens: 64,
      messages: [{ role: 'user', content: 'hi' }],
    });
    expect(message).toEqual(JSON.parse(recording.response.bytes.toString('utf8')));
    const [call] = upstream.callsFor('claude-whole');
    expect(call!.headers['x-api-key']).toBe('upstream-key-2');
    expect(call!.headers.authorization).toBeUndefined();
  });

  it('stream a message with a tool call', async () => {
    answerWith(
      'claude-tools',
      find('anthropic.messages', 'anthropic', true, '"tool_use"', 'message_stop'),
    );
    const message = await anthropic.messages
      .stream({
        model: 'claude-tools',
        max_tokens: 64,
        messages: [{ role: 'user', content: 'weather?' }],
      })
      .finalMessage();
    expect(
      message.content.some(({ type }) => type === 'tool_use' || type === 'server_tool_use'),
    ).toBe(true);
    expect(message.usage.output_tokens).toBeGreaterThan(0);
  });

  it('count tokens', async () => {
    upstream.on('claude-count', (response) => json(response, 200, { input_tokens: 14 }));
    const count = await anthropic.messages.countTokens({
      model: 'claude-count',
      messages: [{ role: 'user', content: 'hi' }],
    });
    expect(count).toEqual({ input_tokens: 14 });
  });

  it('list models in the form of each protocol', async () => {
    const ofOpenAi = (await openai.models.list()).data.map(({ id }) => id);
    expect(ofOpenAi).toContain('embed');
    const ofAnthropic = (await anthropic.models.list()).data;
    expect(ofAnthropic.map(({ id }) => id)).toEqual(ofOpenAi);
    expect(ofAnthropic[0]!.type).toBe('model');
    expect((await openai.models.retrieve('embed')).id).toBe('embed');
    await expect(openai.models.retrieve('a/b')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('may be given the address with /v1 or without it', async () => {
    const chat = find('openai.chat', 'openai', false, '"content"');
    const message = find('anthropic.messages', 'anthropic', false, '"text"');
    answerWith('gpt-addressed', chat);
    answerWith('claude-addressed', message);
    const messages = [{ role: 'user' as const, content: 'hi' }];
    for (const base of ['', '/', '/v1', '/v1/']) {
      const baseURL = `${gateway.url}${base}`;
      const completion = await new OpenAI({ apiKey: KEY, baseURL }).chat.completions.create({
        model: 'gpt-addressed',
        messages,
      });
      expect(completion).toEqual(JSON.parse(chat.response.bytes.toString('utf8')));
      const answer = await new Anthropic({ apiKey: KEY, baseURL }).beta.messages.create({
        model: 'claude-addressed',
        max_tokens: 100,
        messages,
      });
      expect(answer).toEqual(JSON.parse(message.response.bytes.toString('utf8')));
    }
  });

  it('raise their own errors', async () => {
    const wrongKey = new OpenAI({ apiKey: 'wrong', baseURL: `${gateway.url}/v1`, maxRetries: 0 });
    const chat = (client: OpenAI, model: string) =>
      client.chat.completions.create({ model, messages: [{ role: 'user', content: 'hi' }] });
    await expect(chat(wrongKey, 'gpt-whole')).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(chat(openai, 'no-such-model')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
      param: 'model',
    });
    const message = (client: Anthropic, model: string) =>
      client.messages.create({ model, max_tokens: 1, messages: [{ role: 'user', content: 'hi' }] });
    const stranger = new Anthropic({ apiKey: 'wrong', baseURL: gateway.url, maxRetries: 0 });
    await expect(message(stranger, 'claude-whole')).rejects.toBeInstanceOf(
      Anthropic.AuthenticationError,
    );
    await expect(message(anthropic, 'no-such-model')).rejects.toBeInstanceOf(
      Anthropic.NotFoundError,
    );
  });

  it('raise when a stream breaks off in the middle', async () => {
    upstream.on('gpt-cut', (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(HELLO_STREAM.slice(0, 3).join(''), () => response.socket!.destroy());
    });
    const stream = await openai.chat.completions.create({
      model: 'gpt-cut',
      messages: [{ role: 'user', content: 'hi' }],
      stream: true,
    });
    const read = async () => {
      for await (const chunk of stream) expect(chunk.choices).toBeDefined();
    };
    await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError);
  });
});
