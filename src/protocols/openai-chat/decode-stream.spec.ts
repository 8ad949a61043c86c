import {
  answerOf,
  blocksOf,
  delta,
  eventsOf,
  finish,
  head,
} from '../../../test/support/chat-chunks.js';
import { MalformedAnswerError } from '../translation.js';
import { OpenAiChatStreamDecoder } from './decode-stream.js';

describe('OpenAiChatStreamDecoder', () => {
  it('begins with the first chunk that has a choice, not with the empty one of Azure', () => {
    const decoder = new OpenAiChatStreamDecoder('azure');
    const empty = { choices: [], id: '', model: '', created: 0, prompt_filter_results: [{}] };
    expect(decoder.push(JSON.stringify(empty), '')).toEqual([]);
    expect(decoder.push(JSON.stringify(delta({ role: 'assistant', content: '' })), '')).toEqual([
      { type: 'start', id: 'c1', model: 'm', createdAt: 7, usage: null },
    ]);
  });

  it('opens no block for empty pieces and begins only once', () => {
    const role = delta({ role: 'assistant', content: '', reasoning_content: '', refusal: null });
    const events = eventsOf([role, role, delta({ content: 'a' }), finish('stop')]);
    expect(events.map(({ type }) => type)).toEqual([
      'start',
      'block_start',
      'block_delta',
      'block_end',
      'finish',
    ]);
  });

  it('keeps the first token of a new kind and never mixes thoughts with text', () => {
    const chunks = [
      delta({ reasoning_content: 'th', content: null }),
      delta({ reasoning_content: 'ink', content: 'te' }),
      delta({ content: 'xt', reasoning_content: null }),
    ];
    expect(blocksOf([...chunks, finish('stop')])).toEqual([
      { type: 'thinking', text: 'think', signature: null },
      { type: 'text', text: 'text' },
    ]);
  });

  it.each([
    { reasoning: 'hm' },
    { reasoning_content: 'hm' },
    { reasoning_text: 'hm' },
    { thinking: 'hm' },
    { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] },
    { reasoning_details: [{ type: 'reasoning.text', text: 'hm', index: 0 }] },
    { reasoning: 'hm', reasoning_details: [{ type: 'reasoning.text', text: 'hm', index: 0 }] },
    { thinking_blocks: [{ type: 'thinking', thinking: 'hm' }] },
    { reasoning_content: 'hm', thinking_blocks: [{ type: 'thinking', thinking: 'hm' }] },
  ])('takes %j for a thought, once', (fields) => {
    expect(blocksOf([delta(fields), finish('stop')])).toEqual([
      { type: 'thinking', text: 'hm', signature: null },
    ]);
  });

  it("keeps OpenRouter's signed and encrypted reasoning to send it back", () => {
    const text = { type: 'reasoning.text', index: 0, format: 'anthropic-claude-v1' };
    const [thought] = blocksOf(
      [
        delta({ reasoning: 'a', reasoning_details: [{ ...text, text: 'a' }] }),
        delta({ reasoning: 'b', reasoning_details: [{ ...text, text: 'b' }] }),
        delta({ reasoning_details: [{ ...text, signature: 'sig' }] }),
        delta({ content: 'x' }),
        finish('stop'),
      ],
      'openrouter',
    );
    expect(thought).toEqual({
      type: 'thinking',
      text: 'ab',
      signature: {
        provider: 'openrouter',
        value: JSON.stringify([{ ...text, text: 'ab', signature: 'sig' }]),
      },
    });
  });

  it.each([
    ['content_filter', 'content_filter'],
    ['tool_calls', 'stop'],
    ['eos', 'stop'],
    ['model_length', 'context_length'],
    ['insufficient_system_resource', 'length'],
  ])('ends a text that is said to end by %s as %s', (reason, expected) => {
    const chunks = [delta({ content: 'x' }), finish(reason)];
    expect(answerOf(chunks).candidates[0]?.finishReason).toBe(expected);
  });

  it('tells the string that stopped it where the server does', () => {
    const chunks = [delta({ content: 'x' }), finish('stop', { stop_reason: 'END' })];
    expect(answerOf(chunks).candidates[0]).toMatchObject({
      finishReason: 'stop_sequence',
      stopSequence: 'END',
    });
  });

  it('reads refusals, spoken answers and log probabilities', () => {
    const logprobs = { content: [{ token: 'x', logprob: 0 }], refusal: null };
    expect(answerOf([delta({ refusal: 'no' }), finish('stop')]).candidates[0]).toMatchObject({
      finishReason: 'refusal',
      blocks: [{ type: 'refusal', text: 'no' }],
    });
    expect(
      blocksOf([
        delta({ audio: { id: 'a', transcript: 'hi' } }),
        delta({ audio: { data: 'AAAA' } }),
        delta({ audio: { data: 'BBBB' } }),
        finish('stop'),
      ]),
    ).toMatchObject([{ type: 'audio', transcript: 'hi', source: { data: 'AAAABBBB' } }]);
    expect(
      answerOf([delta({ content: 'x' }, { logprobs }), finish('stop')]).candidates[0]?.logprobs,
    ).toEqual(logprobs);
  });

  it("reads annotations and Perplexity's lists as citations", () => {
    const annotation = {
      type: 'url_citation',
      url_citation: { url: 'https://a', title: 'A', start_index: 4, end_index: 8 },
    };
    expect(
      blocksOf([
        delta({ content: 'See here' }),
        delta({ annotations: [annotation] }),
        finish('stop'),
      ]),
    ).toEqual([
      {
        type: 'text',
        text: 'See here',
        citations: [{ text: 'here', url: 'https://a', title: 'A', start: 4, end: 8 }],
      },
    ]);
    const flat = { type: 'url_citation', url: 'https://c', title: 'C', start_index: 0 };
    expect(
      blocksOf([delta({ content: 'x' }), delta({ annotations: [flat] }), finish('stop')]),
    ).toMatchObject([{ citations: [{ url: 'https://c', title: 'C', start: 0, end: null }] }]);
    const listed = { citations: ['https://b'], search_results: [{ url: 'https://b', title: 'B' }] };
    expect(
      blocksOf([
        { ...delta({ content: 'x' }), ...listed },
        { ...finish('stop'), ...listed },
      ]),
    ).toMatchObject([{ citations: [{ url: 'https://b', title: 'B', start: null }] }]);
  });

  it.each([
    [
      'on the chunk that ends',
      {
        ...finish('stop'),
        usage: {
          prompt_tokens: 5,
          completion_tokens: 2,
          prompt_tokens_details: { cached_tokens: 3 },
        },
      },
    ],
    [
      'in x_groq',
      {
        ...finish('stop'),
        x_groq: {
          usage: {
            prompt_tokens: 5,
            completion_tokens: 2,
            prompt_tokens_details: { cached_tokens: 3 },
          },
        },
      },
    ],
    [
      'on the choice',
      finish('stop', { usage: { prompt_tokens: 5, completion_tokens: 2, cached_tokens: 3 } }),
    ],
  ])('finds usage %s, with cached tokens apart', (_, last) => {
    expect(answerOf([delta({ content: 'x' }), last]).usage).toMatchObject({
      inputTokens: 2,
      cacheReadTokens: 3,
      outputTokens: 2,
    });
  });

  it.each([
    [{ error: { message: 'busy', type: 'server_error' } }, '', 'busy'],
    [{ ...finish('error'), error: { code: 502, message: 'gone' } }, '', 'gone'],
    [{ error: { message: 'tool_use_failed' } }, 'error', 'tool_use_failed'],
    [{ object: 'error', message: 'flat', type: 'x', code: 400 }, '', 'flat'],
    [{ ...delta({}), x_groq: { error: 'over' } }, '', 'over'],
  ])('tells the error %j and nothing behind it', (body, name, message) => {
    const decoder = new OpenAiChatStreamDecoder();
    decoder.push(JSON.stringify(delta({ content: 'x' })), '');
    expect(decoder.push(JSON.stringify(body), name)).toMatchObject([{ type: 'error', message }]);
    expect([decoder.push('[DONE]', ''), decoder.end(), decoder.finished]).toEqual([[], [], false]);
  });

  it('does not call a stream whole that ends without a reason and without [DONE]', () => {
    const decoder = new OpenAiChatStreamDecoder();
    decoder.push(JSON.stringify(delta({ content: 'x' })), '');
    expect([decoder.end(), decoder.finished]).toEqual([[], false]);
  });

  it('is content with either of them', () => {
    expect(eventsOf([delta({ content: 'x' }), '[DONE]']).at(-1)).toMatchObject({ reason: 'stop' });
    expect(eventsOf([delta({ content: 'x' }), finish('stop')]).at(-1)).toMatchObject({
      reason: 'stop',
    });
  });

  it('goes on behind a reason that is repeated in every chunk', () => {
    const early = { finish_reason: 'tool_calls' };
    const piece = (fields: object) => delta({ tool_calls: [{ index: 0, ...fields }] }, early);
    const chunks = [
      delta({ content: 'a' }, { finish_reason: 'stop' }),
      piece({ id: 'c', function: { name: 'f', arguments: '{"x":' } }),
      piece({ function: { arguments: '1}' } }),
    ];
    expect(blocksOf(chunks)).toMatchObject([{ text: 'a' }, { id: 'c', arguments: '{"x":1}' }]);
  });

  it('takes a choice whose index is null for the first', () => {
    const chunks = [delta({ content: 'a' }, { index: null }), finish('stop', { index: null })];
    expect(blocksOf(chunks)).toEqual([{ type: 'text', text: 'a' }]);
  });

  it('waits for every candidate', () => {
    const decoder = new OpenAiChatStreamDecoder();
    const of = (index: number, fields: object) => ({ ...head, choices: [{ index, ...fields }] });
    decoder.push(JSON.stringify(of(1, { delta: { content: 'B' } })), '');
    decoder.push(JSON.stringify(of(0, { delta: { content: 'A' }, finish_reason: 'stop' })), '');
    expect(decoder.finished).toBe(false);
    decoder.push(JSON.stringify(of(1, { delta: {}, finish_reason: 'length' })), '');
    const ends = decoder.end().filter(({ type }) => type === 'finish');
    expect(ends).toMatchObject([
      { candidate: 0, reason: 'stop' },
      { candidate: 1, reason: 'length' },
    ]);
  });

  it.each(['<html>', '[]', '"x"', '{"choices":[{"index":-1}]}', '{"choices":[{"index":1e9}]}'])(
    'refuses %s',
    (data) => {
      expect(() => new OpenAiChatStreamDecoder().push(data, '')).toThrow(MalformedAnswerError);
    },
  );
});
