import {
  eventsOf,
  grammarErrors,
  messageOf,
  viewOf,
} from '../../../test/support/anthropic-message.js';
import type { Block, BlockDelta, ConversationEvent, FinishReason } from '../conversation.js';
import { foldEvents } from '../fold-events.js';
import { NO_USAGE } from '../token-usage.js';
import { decodeAnthropicRequest } from './decode-request.js';
import { encodeAnthropicAnswer } from './encode-answer.js';
import { AnthropicStreamEncoder } from './encode-stream.js';

const request = decodeAnthropicRequest({ model: 'm', messages: [] });
const context = { requestedModel: 'm', id: 'x', createdAt: 0, wantsUsage: false, request };
const usage = { ...NO_USAGE, inputTokens: 10, cacheReadTokens: 4, cacheWriteTokens: 2 };
const signature = { provider: 'gemini', value: 'x' };
const text: Block = { type: 'text', text: '' };
const thinking: Block = { type: 'thinking', text: '', signature: null };
const call: Block = { type: 'tool_use', id: 'a', name: 'f', arguments: '', kind: 'function' };
const words = (value: string): BlockDelta => ({ type: 'text', text: value });
const args = (value: string): BlockDelta => ({ type: 'arguments', text: value });

function answerOf(blocks: [Block, ...BlockDelta[]][], reason: FinishReason = 'stop') {
  const events: ConversationEvent[] = [
    { type: 'start', id: 'u', model: 'up', createdAt: null, usage: null },
  ];
  for (const [index, [block, ...deltas]] of blocks.entries()) {
    events.push({ type: 'block_start', candidate: 0, index, block });
    for (const delta of deltas) events.push({ type: 'block_delta', candidate: 0, index, delta });
    events.push({ type: 'block_end', candidate: 0, index });
  }
  events.push({ type: 'finish', candidate: 0, reason, stopSequence: null });
  return events;
}

function streamed(events: readonly ConversationEvent[]): string {
  const encoder = new AnthropicStreamEncoder(context);
  return events.map((event) => encoder.encode(event)).join('') + encoder.end();
}

function contentOf(events: readonly ConversationEvent[]) {
  const stream = streamed(events);
  expect(grammarErrors(stream)).toEqual([]);
  const message = messageOf(eventsOf(Buffer.from(stream), () => 0.5)) ?? {};
  return {
    stream: viewOf(message),
    whole: viewOf(encodeAnthropicAnswer(foldEvents(events), context)),
  };
}

describe('an answer for an Anthropic client, streamed and whole', () => {
  it('keeps the order of text and calls, and several texts apart', () => {
    const events = answerOf([
      [text, words('a')],
      [call, args('{}')],
      [text, words('b'), words('c')],
    ]);
    const { stream, whole } = contentOf(events);
    expect(stream).toEqual(whole);
    expect(stream['content']).toEqual([
      { text: 'a' },
      { call: 'f', id: 'a', input: {} },
      { text: 'bc' },
    ]);
    expect(stream['stop']).toEqual(['tool_use', null]);
  });

  it('opens no block for text that stays empty', () => {
    const { stream, whole } = contentOf(
      answerOf([[text, words('')], [thinking], [text, words('a')]]),
    );
    expect(stream['content']).toEqual([{ text: 'a' }]);
    expect(whole).toEqual(stream);
  });

  it('signs thinking for the provider it came from', () => {
    const signed: BlockDelta = { type: 'signature', signature };
    const events = answerOf([
      [thinking, words('t'), signed],
      [thinking, words('u')],
    ]);
    const { stream, whole } = contentOf(events);
    expect(stream['content']).toEqual([
      { thinking: 't', signature: 'gw1.gemini.eA' },
      { thinking: 'u', signature: 'gw1..' },
    ]);
    expect(whole).toEqual(stream);
  });

  it('carries the signature of a call in front of it', () => {
    const { stream, whole } = contentOf(answerOf([[{ ...call, signature }, args('{"x":1}')]]));
    expect(stream['content']).toEqual([
      { thinking: '', signature: 'gw1-next.gemini.eA' },
      { call: 'f', id: 'a', input: { x: 1 } },
    ]);
    expect(whole).toEqual(stream);
  });

  it('carries a signature that comes late behind its block', () => {
    const events = answerOf([[text, words('a'), { type: 'signature', signature }]]);
    expect(contentOf(events).stream['content']).toEqual([
      { text: 'a' },
      { thinking: '', signature: 'gw1-previous.gemini.eA' },
    ]);
  });

  it('gives every signature back to the block it was on', () => {
    const blocks: [Block, ...BlockDelta[]][] = [
      [{ ...call, signature }, args('{}')],
      [text, words('a'), { type: 'signature', signature }],
    ];
    const stream = streamed(answerOf(blocks));
    const content = messageOf(eventsOf(Buffer.from(stream), () => 0.5))?.['content'];
    const messages = [{ role: 'assistant', content }];
    expect(decodeAnthropicRequest({ model: 'm', messages }).turns[0]?.blocks).toEqual([
      { ...call, arguments: '{}', signature },
      { ...text, text: 'a', signature },
    ]);
  });

  it('writes a refusal as text and says that it is one', () => {
    const { stream, whole } = contentOf(answerOf([[{ type: 'refusal', text: '' }, words('no')]]));
    expect(stream).toMatchObject({ content: [{ text: 'no' }], stop: ['refusal', null] });
    expect(whole).toEqual(stream);
  });

  it('makes an object of the text of a custom tool', () => {
    const { stream, whole } = contentOf(
      answerOf([[{ ...call, kind: 'custom' }, args('SELECT '), args('"1"')]]),
    );
    expect(stream['content']).toMatchObject([{ input: { input: 'SELECT "1"' } }]);
    expect(whole).toEqual(stream);
  });

  it('shows further candidates to nobody', () => {
    const other = answerOf([[text, words('other')]]).map((event) =>
      'candidate' in event ? { ...event, candidate: 1 } : event,
    );
    const events = [...answerOf([[text, words('a')]]), ...other.slice(1)];
    expect(contentOf(events).stream['content']).toEqual([{ text: 'a' }]);
  });
});

describe('AnthropicStreamEncoder', () => {
  const events = answerOf([[text, words('a')]]);

  it('says the usage at the end, also when it comes behind the finish reason', () => {
    const stream = streamed([...events, { type: 'usage', usage }]);
    expect(messageOf(eventsOf(Buffer.from(stream), () => 0.5))?.['usage']).toMatchObject({
      input_tokens: 10,
      cache_read_input_tokens: 4,
      cache_creation_input_tokens: 2,
    });
  });

  it('says at the start what is known then', () => {
    const start = { type: 'start', id: '', model: '', createdAt: null, usage } as const;
    expect(new AnthropicStreamEncoder(context).encode(start)).toContain('"input_tokens":10');
  });

  it('begins the message once', () => {
    const [start] = events as [ConversationEvent];
    expect(streamed([start, ...events]).match(/event: message_start/g)).toHaveLength(1);
  });

  it('ends nothing by itself', () => {
    const encoder = new AnthropicStreamEncoder(context);
    const stream = events.map((event) => encoder.encode(event)).join('');
    expect(stream).not.toMatch(/message_delta|message_stop/);
  });

  it.each([
    ['server_error', 'api_error'],
    ['unavailable', 'overloaded_error'],
    ['rate_limit_exceeded', 'rate_limit_error'],
  ])('writes an error (%s) as one of its own (%s), and no end behind it', (word, type) => {
    const stream = streamed([...events, { type: 'error', message: 'no', words: [word] }]);
    const error = { type: 'error', error: { type, message: 'no' }, request_id: null };
    expect(stream.endsWith(`event: error\ndata: ${JSON.stringify(error)}\n\n`)).toBe(true);
  });

  it('passes on that the provider is alive', () => {
    expect(new AnthropicStreamEncoder(context).encode({ type: 'ping' })).toBe(
      'event: ping\ndata: {"type":"ping"}\n\n',
    );
  });

  it("leaves a server's tool call where clients look for its input", () => {
    const value = { type: 'server_tool_use', id: 's', name: 'web_search', input: { q: 'x' } };
    const block: Block = {
      type: 'opaque',
      protocol: 'anthropic-messages',
      name: value.type,
      value,
    };
    const { stream, whole } = contentOf(answerOf([[block]]));
    expect(stream['content']).toEqual([{ other: 'server_tool_use', input: { q: 'x' } }]);
    expect(whole).toEqual(stream);
  });
});

describe('encodeAnthropicAnswer', () => {
  it('keeps citations that have an address', () => {
    const cited = { text: 'c', title: 'T', start: null, end: null };
    const citations = [
      { ...cited, url: 'https://a' },
      { ...cited, url: null },
    ];
    const answer = foldEvents(answerOf([[{ ...text, citations }, words('a')]]));
    expect(encodeAnthropicAnswer(answer, context)['content']).toMatchObject([
      { citations: [{ cited_text: 'c', url: 'https://a', title: 'T' }] },
    ]);
  });

  it('leaves out what a text has not: clients that check the wire know no null there', () => {
    const answer = foldEvents(answerOf([[text, words('a')]]));
    const { content, usage: written } = encodeAnthropicAnswer(answer, context);
    expect(content).toEqual([{ type: 'text', text: 'a' }]);
    expect(written).not.toHaveProperty('server_tool_use');
  });

  it('does not begin its id twice', () => {
    const answer = foldEvents(answerOf([]));
    expect(encodeAnthropicAnswer(answer, { ...context, id: 'msg_1' })['id']).toBe('msg_1');
  });

  it('answers under the name that was asked for', () => {
    expect(encodeAnthropicAnswer(foldEvents(answerOf([])), context)).toMatchObject({
      id: 'msg_x',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [],
      stop_reason: 'end_turn',
    });
  });

  it('splits the usage as Anthropic does', () => {
    const answer = {
      ...foldEvents(answerOf([])),
      usage: {
        ...usage,
        inputAudioTokens: 1,
        cacheWrite1hTokens: 3,
        outputTokens: 5,
        reasoningTokens: 6,
      },
    };
    expect(encodeAnthropicAnswer(answer, context)['usage']).toEqual({
      input_tokens: 11,
      cache_creation_input_tokens: 5,
      cache_read_input_tokens: 4,
      cache_creation: { ephemeral_5m_input_tokens: 2, ephemeral_1h_input_tokens: 3 },
      output_tokens: 11,
      output_tokens_details: { thinking_tokens: 6 },
    });
  });

  it('keeps arguments that are no JSON', () => {
    const answer = foldEvents(answerOf([[call, args('{"x":')]]));
    expect(encodeAnthropicAnswer(answer, context)['content']).toMatchObject([
      { input: { _raw: '{"x":' } },
    ]);
  });
});
