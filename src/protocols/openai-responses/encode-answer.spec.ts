import type { Block, ConversationAnswer, FinishReason } from '../conversation.js';
import { NO_USAGE } from '../token-usage.js';
import type { EncodingContext } from '../translation.js';
import { decodeTurns } from './decode-items.js';
import { decodeResponsesRequest } from './decode-request.js';
import { encodeResponsesAnswer } from './encode-answer.js';

const gemini = (value: string) => ({ provider: 'gemini', value });
const blocks: Block[] = [
  { type: 'thinking', text: 'Hm', signature: { provider: 'anthropic', value: 'EqQB+/=' } },
  { type: 'redacted_thinking', data: { provider: 'anthropic', value: 'hidden' } },
  { type: 'text', text: 'One', signature: gemini('of the text') },
  { type: 'text', text: 'two' },
  { type: 'refusal', text: 'no' },
  toolUse('c1', 'ns__read', gemini('of c1')),
  toolUse('c2', 'get'),
  { ...toolUse('c3', 'apply_patch'), kind: 'custom', arguments: '***' },
];

describe('encodeResponsesAnswer', () => {
  it('writes items that a client can send back, with nothing lost', () => {
    const { output } = encode(answerOf(blocks, 'tool_use'));
    // Codex leaves out the ids of items.
    const input = output.map((item) => ({ ...item, id: undefined }));
    expect(decodeTurns(null, input)).toEqual([{ role: 'assistant', blocks }]);
  });

  it('gives a call without arguments the empty object', () => {
    const bare = { ...toolUse('c1', 'get'), arguments: '' };
    expect(encode(answerOf([bare], 'tool_use')).output).toMatchObject([{ arguments: '{}' }]);
  });

  it('writes the output in the order of the answer', () => {
    const { output } = encode(answerOf(blocks, 'tool_use'));
    expect(output.map(({ type, id }) => [type, id])).toEqual([
      ['reasoning', 'rs_0192ab_0'],
      ['reasoning', 'rs_0192ab_1'],
      ['message', 'msg_0192ab_2'],
      ['reasoning', 'rs_0192ab_3'],
      ['message', 'msg_0192ab_4'],
      ['function_call', 'fc_0192ab_5'],
      ['reasoning', 'rs_0192ab_6'],
      ['function_call', 'fc_0192ab_7'],
      ['custom_tool_call', 'ctc_0192ab_8'],
    ]);
  });

  it('repeats the request, tools as the client grouped them', () => {
    const response = encode(answerOf([{ type: 'text', text: 'Hi' }], 'stop'));
    expect(response).toMatchObject({
      id: 'resp_0192ab',
      object: 'response',
      status: 'completed',
      model: 'asked-for',
      created_at: 1_764_000_000,
      error: null,
      incomplete_details: null,
      parallel_tool_calls: true,
      reasoning: { effort: 'low', summary: 'auto' },
      text: { format: { type: 'json_object' }, verbosity: 'low' },
      tool_choice: { type: 'function', name: 'read', namespace: 'ns' },
      tools: [
        { type: 'namespace', name: 'ns', tools: [{ type: 'function', name: 'read' }] },
        { type: 'custom', name: 'apply_patch', format: { type: 'text' } },
      ],
      metadata: { team: 'a' },
      store: false,
    });
  });

  it('counts as OpenAI counts', () => {
    expect(encode(answerOf([], 'stop')).usage).toEqual({
      input_tokens: 60,
      input_tokens_details: { cached_tokens: 20, cache_write_tokens: 30 },
      output_tokens: 11,
      output_tokens_details: { reasoning_tokens: 4 },
      total_tokens: 71,
    });
    expect(encode({ ...answerOf([], 'stop'), usage: null }).usage).toBeNull();
  });

  it.each<[FinishReason, string, string | null]>([
    ['stop', 'completed', null],
    ['tool_use', 'completed', null],
    ['pause', 'completed', null],
    ['length', 'incomplete', 'max_output_tokens'],
    ['context_length', 'incomplete', 'max_output_tokens'],
    ['content_filter', 'incomplete', 'content_filter'],
    ['refusal', 'incomplete', 'content_filter'],
  ])('says of an answer that ended by %s that it is %s', (reason, status, detail) => {
    const response = encode(answerOf([{ type: 'text', text: 'x' }], reason));
    expect(response.status).toBe(status);
    expect(response.incomplete_details).toEqual(detail === null ? null : { reason: detail });
    expect(response.output).toMatchObject([{ status }]);
  });

  it('takes a refusal in words for an answer', () => {
    expect(encode(answerOf([{ type: 'refusal', text: 'No' }], 'refusal'))).toMatchObject({
      status: 'completed',
      output: [{ content: [{ type: 'refusal', refusal: 'No' }] }],
    });
  });

  it('writes citations that have an address', () => {
    const citation = { text: 'b', url: 'https://x.test', title: null, start: null, end: null };
    const text: Block = {
      type: 'text',
      text: 'abc',
      citations: [citation, { ...citation, url: null }, { ...citation, start: 1, end: 2 }],
    };
    expect(encode(answerOf([text], 'stop')).output).toMatchObject([
      {
        content: [
          {
            annotations: [
              { type: 'url_citation', url: 'https://x.test', start_index: 0, end_index: 3 },
              { type: 'url_citation', url: 'https://x.test', start_index: 1, end_index: 2 },
            ],
          },
        ],
      },
    ]);
  });

  it.each([
    ['{"input":"a\\nb"}', 'a\nb'],
    ['{"patch":1}', '{"patch":1}'],
    ['{"inp', '{"inp'],
    ['[]', '[]'],
    ['null', 'null'],
  ])('finds the text of a custom tool in %j', (json, input) => {
    const call = { ...toolUse('c', 'apply_patch'), arguments: json };
    expect(encode(answerOf([call], 'tool_use')).output).toMatchObject([
      { type: 'custom_tool_call', call_id: 'c', input },
    ]);
  });
});

function toolUse(id: string, name: string, signature?: ReturnType<typeof gemini>) {
  const call = { type: 'tool_use' as const, id, name, arguments: '{}', kind: 'function' as const };
  return signature ? { ...call, signature } : call;
}

function answerOf(list: Block[], finishReason: FinishReason): ConversationAnswer {
  return {
    id: 'msg_1',
    model: 'upstream',
    createdAt: null,
    candidates: [{ blocks: list, finishReason, stopSequence: null, logprobs: null }],
    usage: {
      ...NO_USAGE,
      inputTokens: 10,
      cacheReadTokens: 20,
      cacheWriteTokens: 10,
      cacheWrite1hTokens: 20,
      outputTokens: 7,
      reasoningTokens: 4,
    },
  };
}

function encode(answer: ConversationAnswer) {
  const request = decodeResponsesRequest({
    model: 'asked-for',
    input: 'Hi',
    tools: [
      { type: 'namespace', name: 'ns', tools: [{ type: 'function', name: 'read' }] },
      { type: 'custom', name: 'apply_patch' },
    ],
    tool_choice: { type: 'function', name: 'read', namespace: 'ns' },
    reasoning: { effort: 'low', summary: 'detailed' },
    text: { format: { type: 'json_object' }, verbosity: 'low' },
    metadata: { team: 'a' },
  });
  const context: EncodingContext = {
    requestedModel: 'asked-for',
    id: 'resp_0192-ab',
    createdAt: 1_764_000_000,
    wantsUsage: true,
    request,
  };
  return encodeResponsesAnswer(answer, context);
}
