import fc from 'fast-check';
import OpenAI from 'openai';
import type {
  Response as SdkResponse,
  ResponseStreamEvent,
} from 'openai/resources/responses/responses';
import { responsesGrammarFaults } from '../../../test/support/responses-grammar.js';
import { unfoldAnswer } from '../../../test/support/unfold-answer.js';
import type {
  AnswerCandidate,
  Block,
  ConversationAnswer,
  ConversationEvent,
  FinishReason,
} from '../conversation.js';
import { foldEvents } from '../fold-events.js';
import { NO_USAGE } from '../token-usage.js';
import type { EncodingContext } from '../translation.js';
import { decodeResponsesRequest } from './decode-request.js';
import { encodeResponsesAnswer } from './encode-answer.js';
import { ResponsesStreamEncoder } from './encode-stream.js';

const context: EncodingContext = {
  requestedModel: 'gpt-5',
  id: '0192-ab',
  createdAt: 1_764_000_000,
  wantsUsage: true,
  request: decodeResponsesRequest({
    model: 'gpt-5',
    input: 'Hi',
    stream: true,
    tools: [
      { type: 'function', name: 'get_weather', parameters: { type: 'object' }, strict: true },
      { type: 'custom', name: 'apply_patch', description: 'Patch', format: { type: 'text' } },
      {
        type: 'namespace',
        name: 'mcp__files__',
        description: 'Files',
        tools: [{ type: 'function', name: 'read', parameters: { type: 'object' } }],
      },
    ],
  }),
};

describe('a stream and a whole answer', () => {
  it('say the same to the official SDK', async () => {
    await fc.assert(
      fc.asyncProperty(
        answers,
        fc.infiniteStream(fc.integer({ min: 1, max: 4 })),
        async (answer, sizes) => {
          const events = [...unfoldAnswer(answer, sizes)];
          expect(foldEvents(events).candidates).toEqual(answer.candidates);
          const { response, wire } = await readWithSdk(encodeAll(events));
          const whole = encodeResponsesAnswer(answer, context);
          expect(response).toEqual(JSON.parse(JSON.stringify(whole)));
          expect(responsesGrammarFaults(wire)).toEqual([]);
        },
      ),
      { numRuns: 150, seed: 42 },
    );
  });
});

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(' ', 'a', '\n', '"', 'é', '🙂'), maxLength: 12 }),
);
const signature = fc.record({ provider: fc.constantFrom('anthropic', 'gemini'), value: text });
const maybeSigned = fc.oneof(fc.constant({}), fc.record({ signature }));

const blocks: fc.Arbitrary<Block> = fc.oneof(
  fc.record({
    type: fc.constant('thinking' as const),
    text,
    signature: fc.option(signature),
  }),
  fc.record({ type: fc.constant('redacted_thinking' as const), data: signature }),
  fc.tuple(text, maybeSigned, fc.option(fc.webUrl())).map(([words, signed, url]) => ({
    type: 'text' as const,
    text: words,
    ...(url !== null && {
      citations: [{ text: '', url, title: null, start: null, end: null }],
    }),
    ...signed,
  })),
  fc.record({ type: fc.constant('refusal' as const), text }),
  fc
    .tuple(
      fc.constantFrom('get_weather', 'mcp__files__read', 'unknown', 'apply_patch'),
      fc.oneof(text, fc.json()),
      fc.constantFrom('function' as const, 'custom' as const),
      maybeSigned,
    )
    .map(([name, input, kind, signed]) => ({ ...call(name, input), kind, ...signed })),
  fc.constant<Block>({
    type: 'image',
    source: { kind: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' },
  }),
  fc.constant<Block>({
    type: 'opaque',
    protocol: 'anthropic-messages',
    name: 'server_tool_use',
    value: {},
  }),
);

const reasons = fc.constantFrom<FinishReason>(
  'stop',
  'stop_sequence',
  'length',
  'context_length',
  'tool_use',
  'refusal',
  'content_filter',
  'pause',
);

const answers: fc.Arbitrary<ConversationAnswer> = fc
  .tuple(fc.array(blocks, { maxLength: 6 }), reasons)
  .map(([list, reason]) => answerOf(list.map(withOwnId), reason));

/** Calls of one answer differ by their ids. */
function withOwnId(block: Block, index: number): Block {
  return block.type === 'tool_use' ? { ...block, id: `call_${index}` } : block;
}

function answerOf(list: Block[], finishReason: FinishReason): ConversationAnswer {
  const candidate: AnswerCandidate = {
    blocks: list,
    finishReason,
    stopSequence: null,
    logprobs: null,
  };
  return {
    id: 'msg_upstream',
    model: 'claude',
    createdAt: null,
    candidates: [candidate],
    usage: { ...NO_USAGE, inputTokens: 7, cacheReadTokens: 3, outputTokens: 5, reasoningTokens: 2 },
  };
}

function call(name: string, input: string, id = 'call_1') {
  return {
    type: 'tool_use' as const,
    id,
    name,
    arguments: input,
    kind: 'function' as const,
  };
}

function encodeAll(events: Iterable<ConversationEvent>): string {
  const encoder = new ResponsesStreamEncoder(context);
  return [...events].map((event) => encoder.encode(event)).join('') + encoder.end();
}

async function readWithSdk(stream: string) {
  const client = new OpenAI({
    apiKey: 'k',
    maxRetries: 0,
    fetch: () =>
      Promise.resolve(new Response(stream, { headers: { 'content-type': 'text/event-stream' } })),
  });
  const runner = client.responses.stream({ model: 'gpt-5', input: 'Hi' });
  const wire: ResponseStreamEvent[] = [];
  for await (const event of runner) wire.push(event as ResponseStreamEvent);
  return { response: withoutParsed(await runner.finalResponse()), wire };
}

/** Without what the SDK adds of its own. */
function withoutParsed(response: SdkResponse): unknown {
  const added = new Set(['parsed', 'parsed_arguments', 'output_parsed', 'output_text']);
  return JSON.parse(
    JSON.stringify(response, (key, value: unknown) => (added.has(key) ? undefined : value)),
  );
}
