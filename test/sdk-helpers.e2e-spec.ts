import Anthropic from '@anthropic-ai/sdk';
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import OpenAI from 'openai';
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { KEY, startAgentsGateway } from './agents/agents-gateway.js';
import { ScriptedUpstream, type ProviderType } from './agents/scripted-upstream.js';
import type { Gateway } from './support/gateway.js';

const PROVIDERS: ProviderType[] = ['anthropic', 'together', 'gemini', 'openai'];
const City = z.object({ name: z.string(), people: z.number() });
const PARIS = { name: 'Paris', people: 2_100_000 };
const messages = [{ role: 'user' as const, content: 'How warm is it in Paris?' }];

describe("the official SDKs' helpers", () => {
  let upstream: ScriptedUpstream;
  let gateway: Gateway;
  let openai: OpenAI;
  let anthropic: Anthropic;

  beforeAll(async () => {
    upstream = await ScriptedUpstream.start();
    gateway = await startAgentsGateway(upstream.url, ['model']);
    openai = new OpenAI({ apiKey: KEY, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
    anthropic = new Anthropic({ apiKey: KEY, baseURL: gateway.url, maxRetries: 0 });
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  const callThenAnswer = () =>
    upstream.follow(
      { thought: 'I should look.', calls: [{ name: 'weather', arguments: { city: 'Paris' } }] },
      { text: 'It is 21 degrees.' },
    );

  it.each(PROVIDERS)('run tools in a chat with %s', async (provider) => {
    callThenAnswer();
    const asked: string[] = [];
    const runner = openai.chat.completions.runTools({
      model: `model-on-${provider}`,
      messages,
      stream: true,
      tools: [
        {
          type: 'function',
          function: {
            name: 'weather',
            description: 'The weather in a city.',
            parameters: { type: 'object', properties: { city: { type: 'string' } } },
            parse: (text: string) => JSON.parse(text) as { city: string },
            function: ({ city }: { city: string }) => {
              asked.push(city);
              return '21 degrees';
            },
          },
        },
      ],
    });
    expect(await runner.finalContent()).toBe('It is 21 degrees.');
    expect(asked).toEqual(['Paris']);
    const { calls, results } = upstream.asked.at(-1)!.history;
    expect(results).toEqual([{ id: calls[0]!.id, text: expect.stringContaining('21 degrees') }]);
  });

  it.each(PROVIDERS.filter((provider) => provider !== 'openai'))(
    'run tools in messages with %s',
    async (provider) => {
      callThenAnswer();
      const asked: string[] = [];
      const runner = anthropic.beta.messages.toolRunner({
        model: `model-on-${provider}`,
        max_tokens: 500,
        messages,
        stream: true,
        tools: [
          betaZodTool({
            name: 'weather',
            description: 'The weather in a city.',
            inputSchema: z.object({ city: z.string() }),
            run: ({ city }) => {
              asked.push(city);
              return '21 degrees';
            },
          }),
        ],
      });
      let content: unknown[] = [];
      for await (const stream of runner) ({ content } = await stream.finalMessage());
      expect(content.at(-1)).toMatchObject({ type: 'text', text: 'It is 21 degrees.' });
      expect(asked).toEqual(['Paris']);
    },
  );

  it.each(PROVIDERS)('parse structured output of a chat with %s', async (provider) => {
    upstream.follow({ text: JSON.stringify(PARIS) });
    const completion = await openai.chat.completions.parse({
      model: `model-on-${provider}`,
      messages,
      response_format: zodResponseFormat(City, 'city'),
    });
    expect(completion.choices[0]!.message.parsed).toEqual(PARIS);
    expect(JSON.stringify(upstream.asked[0]!.body)).toContain('people');
  });

  it.each(PROVIDERS)('parse structured output of a response with %s', async (provider) => {
    upstream.follow({ text: JSON.stringify(PARIS) });
    const stream = openai.responses.stream({
      model: `model-on-${provider}`,
      input: 'Paris?',
      text: { format: zodTextFormat(City, 'city') },
    });
    expect((await stream.finalResponse()).output_parsed).toEqual(PARIS);
    expect(JSON.stringify(upstream.asked[0]!.body)).toContain('people');
  });

  it.each(PROVIDERS.filter((provider) => provider !== 'openai'))(
    'parse structured output of a message with %s',
    async (provider) => {
      upstream.follow({ text: JSON.stringify(PARIS) });
      const message = await anthropic.messages.parse({
        model: `model-on-${provider}`,
        max_tokens: 500,
        messages,
        output_config: { format: zodOutputFormat(City) },
      });
      expect(message.parsed_output).toEqual(PARIS);
      expect(JSON.stringify(upstream.asked[0]!.body)).toContain('people');
    },
  );
});
