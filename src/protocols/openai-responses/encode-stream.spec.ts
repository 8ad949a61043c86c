import OpenAI from 'openai';
import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import { sizesOf, unfoldAnswer } from '../../../test/support/unfold-answer.js';
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

describe('ResponsesStreamEncoder', () => {
  it('follows the documented order of a text', () => {
    const text = encodeAll(
      unfoldAnswer(answerOf([{ type: 'text', text: 'Hi' }], 'stop'), sizesOf(1)),
    );
    expect(namesOf(text)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(text).not.toContain('[DONE]');
  });

  it('gives a call without arguments the empty object, from its delta on', () => {
    const answer = answerOf([call('get_weather', '')], 'tool_use');
    const events = eventsOf(encodeAll(unfoldAnswer(answer, sizesOf(1))));
    const told = (type: string) => events.find((event) => event.type === type);
    expect(told('response.output_item.added')).toMatchObject({ item: { arguments: '' } });
    expect(told('response.function_call_arguments.delta')).toMatchObject({ delta: '{}' });
    expect(told('response.function_call_arguments.done')).toMatchObject({ arguments: '{}' });
    expect(told('response.output_item.done')).toMatchObject({ item: { arguments: '{}' } });
    expect(told('response.completed')).toMatchObject({
      response: { output: [{ arguments: '{}' }] },
    });
  });

  it('follows the documented order of thoughts and calls', () => {
    const blocks: Block[] = [
      { type: 'thinking', text: 'Hm', signature: { provider: 'anthropic', value: 'sig' } },
      call('get_weather', '{}'),
      { ...call('apply_patch', '***'), kind: 'custom' },
    ];
    const text = encodeAll(unfoldAnswer(answerOf(blocks, 'tool_use'), sizesOf(9)));
    expect(namesOf(text).slice(2, -1)).toEqual([
      'response.output_item.added',
      'response.reasoning_summary_part.added',
      'response.reasoning_summary_text.delta',
      'response.reasoning_summary_text.done',
      'response.reasoning_summary_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.custom_tool_call_input.delta',
      'response.custom_tool_call_input.done',
      'response.output_item.done',
    ]);
  });

  it('marks a call that was cut, so that nobody runs it', () => {
    const text = encodeAll(
      unfoldAnswer(answerOf([call('get_weather', '{"ci')], 'length'), sizesOf(9)),
    );
    const final = eventsOf(text).at(-1);
    expect(final).toMatchObject({
      type: 'response.incomplete',
      response: {
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
        output: [{ type: 'function_call', status: 'incomplete', arguments: '{"ci' }],
      },
    });
  });

  it('gives a custom tool back its text when the provider knew it as a function', () => {
    const json = JSON.stringify({ input: '*** Begin Patch' });
    const text = encodeAll(
      unfoldAnswer(answerOf([call('apply_patch', json)], 'tool_use'), sizesOf(3)),
    );
    expect(eventsOf(text)).toContainEqual(
      expect.objectContaining({
        type: 'response.custom_tool_call_input.done',
        input: '*** Begin Patch',
      }),
    );
  });

  it('names a tool of a namespace as the client did', () => {
    const text = encodeAll(
      unfoldAnswer(answerOf([call('mcp__files__read', '{}')], 'tool_use'), sizesOf(3)),
    );
    expect(eventsOf(text).at(-1)).toMatchObject({
      response: { output: [{ type: 'function_call', namespace: 'mcp__files__', name: 'read' }] },
    });
  });

  it('tells a failure as an error and a failed response, and nothing behind', async () => {
    const encoder = new ResponsesStreamEncoder(context);
    const [start] = unfoldAnswer(answerOf([], 'stop'), sizesOf(1));
    const text = [
      encoder.encode(start as ConversationEvent),
      encoder.encode({ type: 'error', message: 'busy', words: ['rate_limit_error'] }),
      encoder.end(),
    ].join('');
    expect(eventsOf(text).slice(2)).toMatchObject([
      { type: 'error', code: 'rate_limit_exceeded', message: 'busy', sequence_number: 2 },
      {
        type: 'response.failed',
        sequence_number: 3,
        response: { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'busy' } },
      },
    ]);
    await expect(finalResponse(text)).rejects.toThrow('busy');
  });

  it('writes a comment for a ping', () => {
    expect(new ResponsesStreamEncoder(context).encode({ type: 'ping' })).toBe(': ping\n\n');
  });

  it('keeps log probabilities with their text', () => {
    const token = (text: string) => ({ token: text, logprob: -1, bytes: [1], top_logprobs: [] });
    const logprobs = (text: string) => ({ content: [token(text)], refusal: null });
    const events = [...unfoldAnswer(answerOf([{ type: 'text', text: 'ab' }], 'stop'), sizesOf(1))];
    const at = events.findIndex(({ type }) => type === 'block_delta');
    const place = { candidate: 0, index: 0 } as const;
    events.splice(at + 1, 0, {
      type: 'block_delta',
      ...place,
      delta: { type: 'logprobs', logprobs: logprobs('a') },
    });
    events.splice(at + 3, 0, {
      type: 'block_delta',
      ...place,
      delta: { type: 'logprobs', logprobs: logprobs('b') },
    });
    const final = eventsOf(encodeAll(events)).at(-1);
    expect(final).toMatchObject({
      response: { output: [{ content: [{ text: 'ab', logprobs: [token('a'), token('b')] }] }] },
    });
    expect(final).toMatchObject({
      response: {
        output: JSON.parse(
          JSON.stringify(encodeResponsesAnswer(foldEvents(events), context).output),
        ),
      },
    });
  });
});

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

function eventsOf(stream: string): ResponseStreamEvent[] {
  return [...stream.matchAll(/^data: (.*)$/gm)].map(
    ([, data]) => JSON.parse(data ?? '') as ResponseStreamEvent,
  );
}

function namesOf(stream: string): (string | undefined)[] {
  return [...stream.matchAll(/^event: (.*)$/gm)].map(([, name]) => name);
}

async function finalResponse(stream: string) {
  const client = new OpenAI({
    apiKey: 'k',
    maxRetries: 0,
    fetch: () =>
      Promise.resolve(new Response(stream, { headers: { 'content-type': 'text/event-stream' } })),
  });
  return client.responses.stream({ model: 'gpt-5', input: 'Hi' }).finalResponse();
}
