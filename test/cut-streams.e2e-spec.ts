import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { Gateway } from './support/gateway.js';
import { chatChunk, stream, Upstream, type Behaviour } from './support/upstream.js';

const KEY = 'a-master-key-for-cut-streams';

const event = (value: { type: string } & Record<string, unknown>): string =>
  `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
const unnamed = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

interface Dialect {
  /** The beginning of an answer, with some of its words. */
  readonly begun: readonly string[];
  /** The provider's own error in the midst of it. */
  readonly error: string;
}

const response = { id: 'resp_1', object: 'response', status: 'in_progress', output: [] };
const place = { item_id: 'msg_1', output_index: 0, content_index: 0 };
const message = { id: 'msg_1', type: 'message', role: 'assistant', content: [] };
const part = { type: 'output_text', text: '', annotations: [] };

const DIALECTS: Readonly<Record<string, Dialect>> = {
  chat: {
    begun: [chatChunk({ role: 'assistant', content: '' }), chatChunk({ content: 'Hel' })],
    error: unnamed({ error: { message: 'overloaded', type: 'server_error', code: null } }),
  },
  completions: {
    begun: [
      unnamed({
        id: 'cmpl-1',
        object: 'text_completion',
        created: 1,
        model: 'm',
        choices: [{ text: 'Hel', index: 0, logprobs: null, finish_reason: null }],
      }),
    ],
    error: unnamed({ error: { message: 'overloaded', type: 'server_error', code: null } }),
  },
  responses: {
    begun: [
      event({ type: 'response.created', sequence_number: 0, response }),
      event({
        type: 'response.output_item.added',
        sequence_number: 1,
        output_index: 0,
        item: message,
      }),
      event({ type: 'response.content_part.added', sequence_number: 2, ...place, part }),
      event({ type: 'response.output_text.delta', sequence_number: 3, ...place, delta: 'Hel' }),
    ],
    error: event({
      type: 'error',
      sequence_number: 4,
      code: 'server_error',
      message: 'overloaded',
      param: null,
    }),
  },
  claude: {
    begun: [
      event({
        type: 'message_start',
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: 'm',
          content: [],
          usage: { input_tokens: 1, output_tokens: 1 },
        },
      }),
      event({
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'text', text: '' },
      }),
      event({
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'text_delta', text: 'Hel' },
      }),
    ],
    error: event({ type: 'error', error: { type: 'overloaded_error', message: 'overloaded' } }),
  },
  gemini: {
    begun: [unnamed({ candidates: [{ index: 0, content: { parts: [{ text: 'Hel' }] } }] })],
    error: unnamed({ error: { code: 503, message: 'overloaded', status: 'UNAVAILABLE' } }),
  },
};

/** How a stream fails behind its first words. */
const FAULTS: Readonly<Record<string, (dialect: Dialect) => readonly string[]>> = {
  'ends without its end': ({ begun }) => begun,
  'is cut inside an event': ({ begun }) => [...begun, begun.at(-1)!.slice(0, -20)],
  "says the provider's error": ({ begun, error }) => [...begun, error],
  'turns into a page of HTML': ({ begun }) => [...begun, 'data: <html>502 Bad Gateway</html>\n\n'],
};

const UPSTREAMS = ['native', 'chat', 'claude', 'gemini'] as const;

/** Reads the whole stream as a program would: its own loop, and the SDK's helper. */
interface Client {
  readonly name: string;
  /** What a provider of its own protocol speaks. */
  readonly native: string;
  readonly ways: Readonly<Record<string, (model: string) => Promise<unknown>>>;
}

async function drain(events: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of events) count++;
  return count;
}

describe('a stream that fails behind the first words', () => {
  let upstream: Upstream;
  let gateway: Gateway;
  let clients: readonly Client[];

  beforeAll(async () => {
    upstream = await Upstream.start();
    for (const [fault, pieces] of Object.entries(FAULTS)) {
      const name = fault.replaceAll(/\W/g, '-');
      upstream.on(`native-${name}`, failing(pieces));
      upstream.on(`chat-${name}`, failing(pieces));
      upstream.on(`claude-${name}`, failing(pieces));
      const path = `/v1beta/models/gemini-${name}:streamGenerateContent?alt=sse`;
      upstream.on(path, failing(pieces));
    }
    gateway = await Gateway.start({ config: configuration(upstream.url) });
    clients = clientsOf(gateway.url);
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  it.each(Object.keys(FAULTS))('is an error to every SDK when it %s', async (fault) => {
    const silent: string[] = [];
    for (const { name, native, ways } of clients) {
      for (const target of UPSTREAMS) {
        const prefix = target === 'native' && native === 'claude' ? 'claude' : target;
        const model = `${prefix}-${fault.replaceAll(/\W/g, '-')}`;
        for (const [way, read] of Object.entries(ways)) {
          const end = await read(model).then(
            () => 'nothing raised',
            (error: Error) => (isRaised(error) ? null : `${error.name}: ${error.message}`),
          );
          if (end !== null) silent.push(`${name} (${way}) on ${target}: ${end}`);
        }
      }
    }
    expect(silent).toEqual([]);
  });
});

function isRaised(error: unknown): boolean {
  return error instanceof OpenAI.OpenAIError || error instanceof Anthropic.AnthropicError;
}

function failing(pieces: (dialect: Dialect) => readonly string[]): Behaviour {
  return async (answer, { path }) => {
    const spoken = [
      ['/completions', 'completions'],
      ['/responses', 'responses'],
      ['/messages', 'claude'],
      ['/v1beta', 'gemini'],
    ].find(([part]) => path.includes(part!) && !path.includes('/chat/'));
    await stream(answer, pieces(DIALECTS[spoken?.[1] ?? 'chat']!));
    answer.end();
  };
}

function clientsOf(url: string): Client[] {
  const openai = new OpenAI({ apiKey: KEY, baseURL: `${url}/v1`, maxRetries: 0 });
  const anthropic = new Anthropic({ apiKey: KEY, baseURL: url, maxRetries: 0 });
  const messages = [{ role: 'user' as const, content: 'hi' }];
  return [
    {
      name: 'chat',
      native: 'chat',
      ways: {
        loop: async (model) =>
          drain(await openai.chat.completions.create({ model, messages, stream: true })),
        helper: (model) =>
          openai.chat.completions.stream({ model, messages }).finalChatCompletion(),
      },
    },
    {
      name: 'completions',
      native: 'completions',
      ways: {
        loop: async (model) =>
          drain(await openai.completions.create({ model, prompt: 'hi', stream: true })),
      },
    },
    {
      name: 'responses',
      native: 'responses',
      ways: {
        loop: async (model) =>
          drain(await openai.responses.create({ model, input: 'hi', stream: true })),
        helper: (model) => openai.responses.stream({ model, input: 'hi' }).finalResponse(),
      },
    },
    {
      name: 'messages',
      native: 'claude',
      ways: {
        loop: async (model) =>
          drain(await anthropic.messages.create({ model, messages, max_tokens: 9, stream: true })),
        helper: (model) =>
          anthropic.messages.stream({ model, messages, max_tokens: 9 }).finalMessage(),
      },
    },
  ];
}

function configuration(url: string): string {
  const account = (name: string, type: string): string =>
    `  - { name: ${name}, type: ${type}, api_base: "${url}", api_key: k, models: ["${name}-*"] }`;
  return [
    'providers:',
    account('native', 'openai'),
    account('chat', 'perplexity'),
    account('claude', 'anthropic'),
    account('gemini', 'gemini'),
    'master_keys:',
    `  - { name: all, key: "${KEY}" }`,
  ].join('\n');
}
