import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { Gateway } from './support/gateway.js';
import { inParallel, replay } from './support/replay.js';
import { factsOf, looseJson, type RecordedFacts } from './support/recorded-facts.js';
import { loadRecordings, type Recording } from './support/recordings.js';
import { seededRandom } from './support/seeded-random.js';
import { Upstream } from './support/upstream.js';

const KEY = 'master-key-of-the-translations';
const APIS = ['openai.chat', 'anthropic.messages', 'gemini.generate', 'gemini.stream'];

interface Client {
  readonly name: string;
  /** The interfaces that pass through to this client and need no translation. */
  readonly native: string;
  ask(model: string, stream: boolean): Promise<Answer>;
}

const { set, recordings } = loadRecordings(APIS);
const cases = recordings
  .filter(({ response }) => response.status === 200)
  .map((recording, index) => ({ recording, model: `rec-${family(recording)}--${index}` }))
  .filter(({ recording }) => isTranslatable(recording));

describe(`recorded answers for clients of other protocols (${set} set)`, () => {
  let upstream: Upstream;
  let gateway: Gateway;
  let clients: Client[];

  beforeAll(async () => {
    upstream = await Upstream.start();
    const random = seededRandom(7);
    for (const { recording, model } of cases) {
      const behaviour = (response: Parameters<typeof replay>[0]) =>
        replay(response, recording, random);
      upstream.on(model, behaviour);
      for (const method of ['generateContent', 'streamGenerateContent?alt=sse']) {
        upstream.on(`/v1beta/models/${model}:${method}`, behaviour);
      }
    }
    gateway = await Gateway.start({ config: configuration(upstream.url) });
    clients = clientsOf(gateway.url);
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  it.each(['openai.chat', 'anthropic.messages', 'openai.responses'])(
    'say the same to a client of %s',
    async (name) => {
      const client = clients.find((one) => one.name === name)!;
      const translated = cases.filter(({ recording }) => recording.api !== client.native);
      const wrong: string[] = [];
      await inParallel(translated, 8, async ({ recording, model }) => {
        const expected = factsOf(recording);
        const problem = await client.ask(model, recording.stream).then(
          (facts) => difference(expected, facts),
          (error: Error) => `${error.name}: ${error.message.slice(0, 200)}`,
        );
        if (problem) wrong.push(`${recording.api} ${recording.name}: ${problem}`);
      });
      console.log(`${name}: ${translated.length} exchanges, ${wrong.length} failures`);
      expect(wrong).toEqual([]);
    },
    120_000,
  );
});

function family({ api }: Recording): string {
  return api.slice(0, api.indexOf('.'));
}

/** Errors, cut streams and answers without any word are tests of their own. */
function isTranslatable(recording: Recording): boolean {
  const text = recording.response.bytes.toString('utf8');
  if (text.trim() === '' || /"error"\s*:\s*[{"]/.test(text) || /"type":\s?"error"/.test(text))
    return false;
  // Two answers spliced into one, and arguments in pieces that only the decoder's own spec puts together.
  if (text.split('"type":"message_start"').length > 2 || text.includes('partialArgs')) return false;
  if (text.includes('MALFORMED_FUNCTION_CALL')) return false;
  try {
    return factsOf(recording).finish !== null;
  } catch {
    return false;
  }
}

type Answer = Omit<RecordedFacts, 'isRefusal'>;

function difference(expected: RecordedFacts, got: Answer): string | null {
  const unequal = (what: string, a: unknown, b: unknown): string | null =>
    canonical(a) === canonical(b)
      ? null
      : `${what} ${canonical(a)} for ${canonical(b)}`.slice(0, 300);
  // Each SDK has its own way with arguments that were cut.
  const isCut = expected.finish === 'length';
  const calls = ({ tools }: Answer) =>
    tools.map(({ name, arguments: given }) => (isCut ? [name] : [name, given]));
  const mayEnd: (string | null)[] = expected.isRefusal ? ['stop', 'filter'] : [expected.finish];
  return (
    unequal('text', got.text, expected.text) ??
    unequal('tools', calls(got), calls(expected)) ??
    (expected.finish === 'pause' || mayEnd.includes(got.finish)
      ? null
      : `finish ${got.finish} for ${expected.finish}`) ??
    (expected.usage && unequal('usage', got.usage, expected.usage))
  );
}

/** Objects made by an SDK and by a test differ in their prototypes, and providers in the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

function clientsOf(url: string): Client[] {
  const openai = new OpenAI({ apiKey: KEY, baseURL: `${url}/v1`, maxRetries: 0 });
  const anthropic = new Anthropic({ apiKey: KEY, baseURL: url, maxRetries: 0 });
  const messages = [{ role: 'user' as const, content: 'hi' }];
  return [
    {
      name: 'openai.chat',
      native: 'openai.chat',
      async ask(model, stream) {
        const completion = stream
          ? await openai.chat.completions
              .stream({ model, messages, stream_options: { include_usage: true } })
              .finalChatCompletion()
          : await openai.chat.completions.create({ model, messages });
        const { message, finish_reason } = completion.choices[0]!;
        const tools = (message.tool_calls ?? []).map((call) =>
          call.type === 'function'
            ? {
                id: call.id,
                name: call.function.name,
                arguments: looseJson(call.function.arguments),
              }
            : { id: call.id, name: call.custom.name, arguments: looseJson(call.custom.input) },
        );
        const finishes = {
          length: 'length',
          tool_calls: 'tool',
          content_filter: 'filter',
        } as const;
        return {
          text: message.content ?? '',
          tools,
          finish: finishes[finish_reason as keyof typeof finishes] ?? 'stop',
          usage: completion.usage
            ? { input: completion.usage.prompt_tokens, output: completion.usage.completion_tokens }
            : null,
        };
      },
    },
    {
      name: 'anthropic.messages',
      native: 'anthropic.messages',
      async ask(model, stream) {
        const body = { model, messages, max_tokens: 1_000 };
        const message = stream
          ? await anthropic.messages.stream(body).finalMessage()
          : await anthropic.messages.create(body);
        const finishes = {
          max_tokens: 'length',
          model_context_window_exceeded: 'length',
          tool_use: 'tool',
          refusal: 'filter',
        } as const;
        const { usage } = message;
        return {
          text: message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
          tools: message.content.flatMap((block) =>
            block.type === 'tool_use'
              ? [{ id: block.id, name: block.name, arguments: block.input }]
              : [],
          ),
          finish: finishes[message.stop_reason as keyof typeof finishes] ?? 'stop',
          usage: {
            input:
              usage.input_tokens +
              (usage.cache_read_input_tokens ?? 0) +
              (usage.cache_creation_input_tokens ?? 0),
            output: usage.output_tokens,
          },
        };
      },
    },
    {
      name: 'openai.responses',
      native: 'openai.responses',
      async ask(model, stream) {
        const answer = stream
          ? await openai.responses.stream({ model, input: 'hi' }).finalResponse()
          : await openai.responses.create({ model, input: 'hi' });
        const tools = answer.output.flatMap((item) => {
          if (item.type === 'function_call') {
            return [{ id: item.call_id, name: item.name, arguments: looseJson(item.arguments) }];
          }
          return item.type === 'custom_tool_call'
            ? [{ id: item.call_id, name: item.name, arguments: looseJson(item.input) }]
            : [];
        });
        const refusals = answer.output.flatMap((item) =>
          item.type === 'message'
            ? item.content.map((part) => (part.type === 'refusal' ? part.refusal : ''))
            : [],
        );
        const reasons: Record<string, Answer['finish']> = {
          max_output_tokens: 'length',
          content_filter: 'filter',
        };
        const reason = answer.incomplete_details?.reason;
        return {
          text: answer.output_text + refusals.join(''),
          tools,
          finish: reason ? (reasons[reason] ?? null) : tools.length ? 'tool' : 'stop',
          usage: answer.usage
            ? { input: answer.usage.input_tokens, output: answer.usage.output_tokens }
            : null,
        };
      },
    },
  ];
}

function configuration(url: string): string {
  const account = (name: string, type: string, base = url) =>
    `  - { name: ${name}, type: ${type}, api_base: "${base}", api_key: k, models: ["rec-${name}--*"] }`;
  return [
    'providers:',
    account('openai', 'together'),
    account('anthropic', 'anthropic'),
    account('gemini', 'gemini'),
    'master_keys:',
    `  - { name: translations, key: "${KEY}" }`,
  ].join('\n');
}
