import type { Citation, ConversationEvent } from '../conversation.js';
import { NO_USAGE } from '../token-usage.js';
import type { EncodingContext } from '../translation.js';
import { OpenAiChatStreamEncoder } from './encode-stream.js';

const start: ConversationEvent = {
  type: 'start',
  id: 'up',
  model: 'up',
  createdAt: 5,
  usage: null,
};
const at = { candidate: 0, index: 0 };

describe('OpenAiChatStreamEncoder', () => {
  it('writes the role first, then the text, the reason and [DONE]', () => {
    const { chunks, text } = encode([
      start,
      { type: 'block_start', ...at, block: { type: 'text', text: '' } },
      { type: 'block_delta', ...at, delta: { type: 'text', text: 'Hi "you"\n' } },
      { type: 'block_end', ...at },
      { type: 'finish', candidate: 0, reason: 'stop', stopSequence: null },
    ]);
    expect(chunks.map(({ choices }) => choices[0])).toEqual([
      choice({ role: 'assistant', content: '', refusal: null }),
      choice({ content: 'Hi "you"\n' }),
      choice({}, 'stop'),
    ]);
    expect(new Set(chunks.map(({ id, model, created }) => `${id} ${model} ${created}`))).toEqual(
      new Set(['chatcmpl-1 asked 9']),
    );
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('writes usage only when asked, in a chunk of its own, with totals that add up', () => {
    const usage = {
      ...NO_USAGE,
      inputTokens: 1,
      cacheReadTokens: 2,
      outputTokens: 3,
      reasoningTokens: 4,
    };
    const events: ConversationEvent[] = [start, { type: 'usage', usage }];
    expect(encode(events).chunks).toHaveLength(1);
    const { chunks } = encode(events, { wantsUsage: true });
    expect(chunks[0]!.usage).toBeNull();
    expect(chunks[1]).toMatchObject({
      choices: [],
      usage: {
        prompt_tokens: 3,
        completion_tokens: 7,
        total_tokens: 10,
        prompt_tokens_details: { cached_tokens: 2 },
        completion_tokens_details: { reasoning_tokens: 4 },
      },
    });
  });

  it('counts tools only, and each candidate by itself', () => {
    const tool = (candidate: number, index: number, id: string): ConversationEvent[] => [
      {
        type: 'block_start',
        candidate,
        index,
        block: { type: 'tool_use', id, name: 'f', arguments: '', kind: 'function' },
      },
      { type: 'block_end', candidate, index },
    ];
    const { chunks } = encode([
      start,
      { type: 'block_start', ...at, block: { type: 'text', text: 'x' } },
      { type: 'block_end', ...at },
      ...tool(0, 1, 'a'),
      ...tool(1, 0, 'b'),
      ...tool(0, 2, 'c'),
    ]);
    const calls = chunks.flatMap(({ choices }) =>
      choices.flatMap(({ index, delta }) =>
        (delta.tool_calls ?? []).filter(({ id }) => id).map((call) => [index, call.index, call.id]),
      ),
    );
    expect(calls).toEqual([
      [0, 0, 'a'],
      [1, 0, 'b'],
      [0, 1, 'c'],
    ]);
  });

  it('keeps thoughts out of the content and repeats a signed one whole', () => {
    const { chunks } = encode([
      start,
      { type: 'block_start', ...at, block: { type: 'thinking', text: '', signature: null } },
      { type: 'block_delta', ...at, delta: { type: 'text', text: 'hm' } },
      {
        type: 'block_delta',
        ...at,
        delta: { type: 'signature', signature: { provider: 'anthropic', value: 'sig' } },
      },
    ]);
    expect(chunks.slice(1).map(({ choices }) => choices[0]!.delta)).toEqual([
      { reasoning_content: 'hm' },
      { thinking_blocks: [{ type: 'thinking', thinking: 'hm', signature: 'sig' }] },
    ]);
  });

  it("carries Gemini's signature on the call it belongs to", () => {
    const { chunks } = encode([
      start,
      {
        type: 'block_start',
        ...at,
        block: {
          type: 'tool_use',
          id: 'a',
          name: 'f',
          arguments: '',
          kind: 'function',
          signature: { provider: 'gemini', value: 'Sg==' },
        },
      },
    ]);
    expect(chunks[1]!.choices[0]!.delta.tool_calls).toMatchObject([
      { extra_content: { google: { thought_signature: 'Sg==' } } },
    ]);
  });

  it('answers a client of the older functions with one function_call', () => {
    const tools = [{ kind: 'function', name: 'f', legacy: true }];
    const { chunks } = encode(
      [
        start,
        {
          type: 'block_start',
          ...at,
          block: { type: 'tool_use', id: 'a', name: 'f', arguments: '', kind: 'function' },
        },
        { type: 'block_delta', ...at, delta: { type: 'arguments', text: '{}' } },
        { type: 'finish', candidate: 0, reason: 'tool_use', stopSequence: null },
      ],
      { request: { tools } as unknown as EncodingContext['request'] },
    );
    expect(chunks.slice(1).map(({ choices }) => choices[0])).toEqual([
      choice({ function_call: { name: 'f', arguments: '' } }),
      choice({ function_call: { arguments: '{}' } }),
      choice({}, 'function_call'),
    ]);
  });

  it('writes an error as an error, never as a reason to finish', () => {
    const encoder = new OpenAiChatStreamEncoder(contextWith({}));
    const text = encoder.encode({ type: 'error', message: 'overloaded', words: [] });
    expect(JSON.parse(text.slice('data: '.length))).toMatchObject({
      error: { message: 'overloaded', type: 'server_error' },
    });
    expect(text).not.toContain('[DONE]');
  });

  it('places citations in the whole message, whenever they come', () => {
    const about = { text: '', url: 'https://a', title: 'A', start: null, end: null };
    const text = (index: number, words: string): ConversationEvent[] => [
      { type: 'block_start', candidate: 0, index, block: { type: 'text', text: '' } },
      { type: 'block_delta', candidate: 0, index, delta: { type: 'text', text: words } },
    ];
    const cite = (index: number, citation: Citation): ConversationEvent => ({
      type: 'block_delta',
      candidate: 0,
      index,
      delta: { type: 'citation', citation },
    });
    const { text: written } = encode([
      ...text(0, 'See '),
      { type: 'block_end', candidate: 0, index: 0 } as const,
      ...text(1, 'he'),
      cite(1, about),
      { type: 'block_delta', candidate: 0, index: 1, delta: { type: 'text', text: 're' } } as const,
      { type: 'block_end', candidate: 0, index: 1 } as const,
      cite(0, { ...about, start: 0, end: 3 }),
    ]);
    const places = [...written.matchAll(/"start_index":(\d+),"end_index":(\d+)/g)];
    expect(places.map(([, start, end]) => [Number(start), Number(end)])).toEqual([
      [4, 8],
      [0, 3],
    ]);
  });

  it('keeps the connection alive with a comment', () => {
    expect(new OpenAiChatStreamEncoder(contextWith({})).encode({ type: 'ping' })).toBe(
      ': ping\n\n',
    );
  });
});

interface Chunk {
  id: string;
  model: string;
  created: number;
  usage?: unknown;
  choices: {
    index: number;
    delta: { tool_calls?: { index: number; id?: string }[] };
    finish_reason: string | null;
  }[];
}

function contextWith(more: Partial<EncodingContext>): EncodingContext {
  const request = { tools: [] } as unknown as EncodingContext['request'];
  return {
    requestedModel: 'asked',
    id: 'chatcmpl-1',
    createdAt: 9,
    wantsUsage: false,
    request,
    ...more,
  };
}

function encode(events: readonly ConversationEvent[], more: Partial<EncodingContext> = {}) {
  const encoder = new OpenAiChatStreamEncoder(contextWith(more));
  const text = events.map((event) => encoder.encode(event)).join('') + encoder.end();
  const chunks = text
    .split('\n\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice('data: '.length)) as Chunk);
  return { text, chunks };
}

function choice(delta: object, finishReason: string | null = null) {
  return { index: 0, delta, logprobs: null, finish_reason: finishReason };
}
