import { foldEvents } from '../fold-events.js';
import { MalformedAnswerError } from '../translation.js';
import { AnthropicStreamDecoder } from './decode-stream.js';

type Event = { type: string } & Record<string, unknown>;

const start: Event = {
  type: 'message_start',
  message: { id: 'm', model: 'c', usage: { input_tokens: 9, cache_read_input_tokens: 4 } },
};
const open = (content_block: unknown): Event => ({ type: 'content_block_start', content_block });
const grow = (delta: unknown): Event => ({ type: 'content_block_delta', delta });
const close: Event = { type: 'content_block_stop' };
const stop: Event = { type: 'message_stop' };
const end = (stop_reason: string, usage?: unknown): Event[] => [
  { type: 'message_delta', delta: { stop_reason }, usage },
  stop,
];

function decode(...events: Event[]) {
  const decoder = new AnthropicStreamDecoder();
  const decoded = events.flatMap((event) => decoder.push(JSON.stringify(event), event.type));
  return { decoder, decoded };
}
const blocksOf = (...events: Event[]) =>
  foldEvents(decode(start, ...events, ...end('end_turn')).decoded).candidates[0]?.blocks;

describe('AnthropicStreamDecoder', () => {
  it('counts the calls of server tools', () => {
    const counted = { output_tokens: 1, server_tool_use: { web_search_requests: 2 } };
    expect(foldEvents(decode(start, ...end('end_turn', counted)).decoded).usage).toMatchObject({
      serverTools: { webSearches: 2, webFetches: 0 },
    });
  });

  it('lets the last usage replace the first', () => {
    const { decoded } = decode(start, ...end('end_turn', { input_tokens: 20, output_tokens: 5 }));
    expect(decoded[0]).toMatchObject({ type: 'start', usage: { inputTokens: 9 } });
    expect(foldEvents(decoded).usage).toMatchObject({
      inputTokens: 20,
      cacheReadTokens: 4,
      outputTokens: 5,
    });
  });

  it('is finished by message_stop and by nothing else', () => {
    const [delta] = end('end_turn');
    expect(decode(start, delta as Event).decoder.finished).toBe(false);
    expect(decode(start, stop).decoder.finished).toBe(true);
  });

  it('takes no notice of what comes behind the end', () => {
    const { decoder } = decode(start, stop);
    expect(decoder.push('[DONE]', '')).toEqual([]);
    expect(decoder.push(JSON.stringify(start), 'message_start')).toEqual([]);
  });

  it('passes over events and deltas it does not know', () => {
    const text = { type: 'text', text: '' };
    const unknown = [{ type: 'brand_new' }, open(text), grow({ type: 'new_delta' })];
    expect(blocksOf(...unknown, grow({ type: 'text_delta', text: 'x' }), close)).toEqual([
      { type: 'text', text: 'x' },
    ]);
  });

  it('carries a block it does not know as it is', () => {
    const block = { type: 'brand_new_block', value: 1 };
    expect(blocksOf(open(block), close)).toMatchObject([{ type: 'opaque', value: block }]);
  });

  it("gives a server's tool call its input", () => {
    const block = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} };
    const json = ['{"query"', ':"x"}'].map((partial_json) =>
      grow({ type: 'input_json_delta', partial_json }),
    );
    expect(blocksOf(open(block), ...json, close)).toMatchObject([
      { type: 'opaque', value: { ...block, input: { query: 'x' } } },
    ]);
  });

  it('takes input that is whole at the start', () => {
    const block = { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } };
    expect(blocksOf(open(block), close)).toMatchObject([{ arguments: '{"x":1}' }]);
  });

  it('reads what compatible servers send in the place of empty text and objects', () => {
    const block = { type: 'tool_use', id: 'a', name: 'f', input: '' };
    const whole = { ...block, input: '{"x":1}' };
    const piece = grow({ type: 'input_json_delta', partial_json: null });
    expect(
      blocksOf(
        open({ type: 'text', text: null }),
        grow({ type: 'text_delta', text: null }),
        grow({ type: 'text_delta', text: 'a' }),
        close,
        open(block),
        piece,
        close,
        open(whole),
        close,
      ),
    ).toMatchObject([{ text: 'a' }, { arguments: '' }, { arguments: '{"x":1}' }]);
  });

  it('keeps the signature of thinking that is not shown', () => {
    const thinking = open({ type: 'thinking', thinking: '', signature: '' });
    expect(blocksOf(thinking, grow({ type: 'signature_delta', signature: 's' }), close)).toEqual([
      { type: 'thinking', text: '', signature: { provider: 'anthropic', value: 's' } },
    ]);
  });

  it('says tool_use when a tool is called, whatever the server says', () => {
    const call = open({ type: 'tool_use', id: 'a', name: 'f', input: {} });
    const { decoded } = decode(start, call, close, ...end('end_turn'));
    expect(decoded.at(-1)).toMatchObject({ type: 'finish', reason: 'tool_use' });
  });

  it('reports an error and nothing after it', () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const { decoder, decoded } = decode(start, error, ...end('end_turn'));
    expect(decoded.at(-1)).toMatchObject({
      type: 'error',
      message: 'Overloaded',
      words: expect.arrayContaining(['overloaded_error']) as string[],
    });
    expect(decoder.finished).toBe(false);
  });

  it('overhears a start that is repeated', () => {
    expect(decode(start, start, stop).decoded.map(({ type }) => type)).toEqual(['start', 'finish']);
  });

  it('does not join two messages in one stream', () => {
    const other = { type: 'message_start', message: { id: 'other' } };
    expect(() => decode(start, open({ type: 'text', text: 'a' }), other)).toThrow(
      MalformedAnswerError,
    );
  });

  it.each([
    ['no JSON', '{"type":'],
    ['a block before the message', JSON.stringify(open({ type: 'text', text: '' }))],
    ['words before the block', JSON.stringify(grow({ type: 'text_delta', text: 'x' }))],
  ])('calls %s malformed', (_, data) => {
    expect(() => new AnthropicStreamDecoder().push(data, '')).toThrow(MalformedAnswerError);
  });

  it('calls thinking inside a text malformed', () => {
    const thought = grow({ type: 'thinking_delta', thinking: 'x' });
    expect(() => decode(start, open({ type: 'text', text: '' }), thought)).toThrow(
      'a thinking_delta cannot continue a text block',
    );
  });
});
