import { MalformedAnswerError, UntranslatableError } from '../src/protocols/translation.js';
import type { Operation, WireProtocol } from '../src/providers/provider-adapter.js';
import { clientConversations, upstreamConversations } from '../src/proxy/conversations.js';
import { carriedAnswer, carriedStream } from './support/carried-answer.js';

// oxlint-disable-next-line typescript/no-explicit-any -- bodies of several protocols
type Loose = any;

const head = { id: 'c1', object: 'chat.completion.chunk', created: 7, model: 'm' };
const chunk = (delta: object, finish_reason: string | null = null, more: object = {}) => ({
  ...head,
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
});
const call = (index: number, fields: object) => chunk({ tool_calls: [{ index, ...fields }] });
const named = (index: number, id: string, text = '') =>
  call(index, { id, type: 'function', function: { name: `f${index}`, arguments: text } });
const usage = {
  prompt_tokens: 100,
  completion_tokens: 20,
  total_tokens: 120,
  prompt_tokens_details: { cached_tokens: 60 },
};
const claudeStart = {
  type: 'message_start',
  message: { id: 'm', model: 'c', content: [], usage: { input_tokens: 40, output_tokens: 1 } },
};
const claudeEnd = (stop_reason: string) => [
  { type: 'message_delta', delta: { stop_reason }, usage: { output_tokens: 9 } },
  { type: 'message_stop' },
];
const block = (index: number, content_block: object, ...deltas: object[]) => [
  { type: 'content_block_start', index, content_block },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];

function sent(operation: Operation, body: object, family: WireProtocol, provider = family): Loose {
  const { decode } = clientConversations[operation]!;
  const request = decode({ model: 'm', ...body });
  return upstreamConversations[family].encode(request, provider).body;
}
const user = { role: 'user', content: 'hi' };
const types = (events: readonly Loose[]): string[] => events.map(({ type }) => type);

describe('what other gateways got wrong in streams', () => {
  it('a message begins once, and a thought never stands in a block of text', () => {
    const role = chunk({ role: 'assistant', content: '' });
    const { events } = carriedStream('openai', 'messages', [
      role,
      role,
      chunk({ reasoning_content: 'hm' }),
      chunk({ reasoning_content: 'm', content: 'Hi' }),
      chunk({}, 'stop'),
      '[DONE]',
    ]);
    expect(types(events).filter((type) => type === 'message_start')).toHaveLength(1);
    const openings = events.filter(({ type }) => type === 'content_block_start');
    expect(openings.map(({ content_block }) => content_block.type)).toEqual(['thinking', 'text']);
    for (const { type, index, delta } of events) {
      if (type !== 'content_block_delta') continue;
      const wanted = delta.type === 'text_delta' ? 'text' : 'thinking';
      expect(openings[index].content_block.type).toBe(wanted);
    }
  });

  it("Claude's thoughts come to a chat client as thoughts", () => {
    const { events, text } = carriedStream('anthropic', 'chat', [
      claudeStart,
      ...block(
        0,
        { type: 'thinking', thinking: '' },
        { type: 'thinking_delta', thinking: 'THOUGHT' },
      ),
      ...block(1, { type: 'text', text: '' }, { type: 'text_delta', text: 'Hi' }),
      ...claudeEnd('end_turn'),
    ]);
    const said = events.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect(said).toBe('Hi');
    expect(text).toContain('"reasoning_content":"THOUGHT"');
  });

  it('pieces of interleaved calls reach the call they belong to', () => {
    const { events } = carriedStream('openai', 'messages', [
      named(0, 'a'),
      named(1, 'b'),
      call(1, { function: { arguments: '{"y":' } }),
      call(0, { function: { arguments: '{"x":1}' } }),
      call(1, { function: { arguments: '2}' } }),
      chunk({}, 'tool_calls'),
      '[DONE]',
    ]);
    const inputs = new Map<number, string>();
    for (const { index, delta } of events) {
      if (delta?.type !== 'input_json_delta') continue;
      inputs.set(index, (inputs.get(index) ?? '') + delta.partial_json);
    }
    expect([...inputs.values()]).toEqual(['{"x":1}', '{"y":2}']);
  });

  it('text behind a call has a block of its own', () => {
    const { events } = carriedStream('openai', 'messages', [
      named(0, 'a', '{}'),
      chunk({ content: 'and' }),
      chunk({}, 'tool_calls'),
      '[DONE]',
    ]);
    const openings = events.filter(({ type }) => type === 'content_block_start');
    expect(openings.map(({ content_block }) => content_block.type)).toEqual(['tool_use', 'text']);
  });

  it.each([
    ['on the chunk that ends', [chunk({}, 'stop', { usage }), '[DONE]']],
    ['on a chunk of its own', [chunk({}, 'stop'), { ...head, choices: [], usage }, '[DONE]']],
    ['on every chunk', [chunk({ content: '!' }, null, { usage }), chunk({}, 'stop', { usage })]],
  ])('usage %s is counted once, and what came from a cache apart', (_, end) => {
    const { events } = carriedStream('openai', 'messages', [chunk({ content: 'Hi' }), ...end]);
    expect(events.find(({ type }) => type === 'message_delta').usage).toMatchObject({
      input_tokens: 40,
      cache_read_input_tokens: 60,
      output_tokens: 20,
    });
  });

  it('what is cached is part of the prompt, and the total is the sum', () => {
    const cached = { input_tokens: 10, cache_read_input_tokens: 30, output_tokens: 5 };
    const answer = carriedAnswer('anthropic', 'chat', {
      content: [{ type: 'text', text: 'Hi' }],
      stop_reason: 'end_turn',
      usage: cached,
    });
    expect(answer.usage).toMatchObject({
      prompt_tokens: 40,
      completion_tokens: 5,
      total_tokens: 45,
      prompt_tokens_details: { cached_tokens: 30 },
    });
  });

  it("a provider's error and a stream that was cut never look like an end", () => {
    const begun = [chunk({ content: 'Hi' })];
    const failed = carriedStream('openai', 'messages', [...begun, { error: { message: 'no' } }]);
    expect(types(failed.events).at(-1)).toBe('error');
    expect(carriedStream('openai', 'messages', begun).finished).toBe(false);
    expect(() => carriedStream('openai', 'messages', [...begun, '{"id":'])).toThrow(
      MalformedAnswerError,
    );
    const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'busy' } };
    const chat = carriedStream('anthropic', 'chat', [claudeStart, overloaded]);
    expect(chat.text).not.toContain('finish_reason":"');
    expect(chat.text).not.toContain('[DONE]');
    expect(chat.events.at(-1).error.message).toBe('busy');
  });
});

describe('what other gateways got wrong in answers', () => {
  it('a filtered answer is no natural end', () => {
    const answer = { choices: [{ message: { content: '' }, finish_reason: 'content_filter' }] };
    expect(carriedAnswer('openai', 'messages', answer).stop_reason).toBe('refusal');
  });

  it('every text block counts, and a reason nobody knows is an end', () => {
    const content = ['{"a":', '1}'].map((text) => ({ type: 'text', text }));
    const answer = carriedAnswer('anthropic', 'chat', { content, stop_reason: 'new_reason' });
    expect(answer.choices[0]).toMatchObject({
      message: { content: '{"a":1}' },
      finish_reason: 'stop',
    });
  });

  it('words of other protocols are never a reason to finish', () => {
    const candidates = [{ content: { parts: [{ text: 'x' }] }, finishReason: 'LANGUAGE' }];
    const answer = carriedAnswer('gemini', 'chat', { candidates });
    expect(answer.choices[0].finish_reason).toBe('content_filter');
  });

  it('a call of Gemini has the same id each time, and every signature is kept', () => {
    const part = (name: string) => ({
      functionCall: { name, args: {} },
      thoughtSignature: `of-${name}`,
    });
    const body = {
      responseId: 'r1',
      candidates: [{ content: { parts: [part('f'), part('g')] }, finishReason: 'STOP' }],
    };
    const calls = () => carriedAnswer('gemini', 'chat', body).choices[0].message.tool_calls;
    expect(calls()).toEqual(calls());
    expect(JSON.stringify(calls())).toContain('of-g');
  });
});

describe('what other gateways got wrong in requests', () => {
  const assistant = {
    role: 'assistant',
    content: null,
    reasoning_content: 'THOUGHT',
    tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
  };
  const result = { role: 'tool', tool_call_id: 'a', content: '' };

  it('thoughts go back to a provider that wants them', () => {
    const messages = [
      user,
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'x' }] },
    ];
    const body = sent(
      'messages',
      { messages, max_tokens: 9 },
      'openai',
      'deepseek' as WireProtocol,
    );
    expect(body.messages[1]).toMatchObject({ role: 'assistant', reasoning_content: '' });
  });

  it('optional members of a schema stay optional', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
      required: ['a'],
    };
    const format = { output_config: { format: { type: 'json_schema', schema } } };
    const body = sent('messages', { messages: [user], max_tokens: 9, ...format }, 'openai');
    expect(body.response_format.json_schema.schema).toEqual(schema);
    expect(body.response_format.json_schema.strict).not.toBe(true);
  });

  it('an image in the result of a tool is no text', () => {
    const source = { type: 'base64', media_type: 'image/png', data: 'QUJD' };
    const messages = [
      user,
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'image', source }] }],
      },
    ];
    const body = sent('messages', { messages, max_tokens: 9 }, 'openai');
    expect(JSON.stringify(body.messages[2])).not.toContain('QUJD');
    expect(body.messages[3].content[1].image_url.url).toContain('QUJD');
  });

  it('no tools, tools without parameters or type, and results without words or calls', () => {
    const none = sent('chat', { messages: [user], tools: [], tool_choice: 'auto' }, 'anthropic');
    expect(none).not.toHaveProperty('tool_choice');
    const tools = [
      { type: 'function', function: { name: 'f' } },
      { type: 'function', function: { name: 'g', parameters: { properties: {} } } },
    ];
    const body = sent('chat', { messages: [user, assistant, result], tools }, 'anthropic');
    expect(body.tools.map(({ input_schema }: Loose) => input_schema.type)).toEqual([
      'object',
      'object',
    ]);
    expect(body.messages[2].content).toEqual([{ type: 'tool_result', tool_use_id: 'a' }]);
    const orphan = sent('chat', { messages: [user, result] }, 'anthropic');
    expect(JSON.stringify(orphan)).not.toContain('tool_result');
  });

  it('empty parts are left out, and system messages join in front', () => {
    const messages = [
      { role: 'system', content: 'One.' },
      { role: 'system', content: 'Two.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: '' },
          { type: 'text', text: 'hi' },
        ],
      },
    ];
    const body = sent('chat', { messages }, 'anthropic');
    expect(body.system.map(({ text }: Loose) => text)).toEqual(['One.', 'Two.']);
    expect(body.messages[0].content).toEqual([{ type: 'text', text: 'hi' }]);
  });

  it('a file is what its data says it is', () => {
    const file = (file_data: string) => [
      { role: 'user', content: [{ type: 'file', file: { filename: 'a', file_data } }] },
    ];
    const text = sent('chat', { messages: file('data:text/plain;base64,SGk=') }, 'anthropic');
    expect(text.messages[0].content[0].source).toEqual({
      type: 'text',
      media_type: 'text/plain',
      data: 'Hi',
    });
    const unknown = file('data:application/zip;base64,AAAA');
    expect(() => sent('chat', { messages: unknown }, 'anthropic')).toThrow(UntranslatableError);
  });

  it('medium effort is medium on a Pro model', () => {
    const body = { model: 'gemini-3-pro', messages: [user], reasoning_effort: 'medium' };
    expect(sent('chat', body, 'gemini').generationConfig.thinkingConfig.thinkingLevel).toBe(
      'MEDIUM',
    );
  });

  it('functions and the reason to stop exist on the old ERNIE interface', () => {
    const functions = [{ name: 'f', parameters: { type: 'object', properties: {} } }];
    expect(sent('chat', { messages: [user], functions }, 'ernie').functions).toHaveLength(1);
    const cut = { id: 'as-1', result: 'x', finish_reason: 'length' };
    expect(carriedAnswer('ernie', 'chat', cut).choices[0].finish_reason).toBe('length');
    expect(() => carriedAnswer('ernie', 'chat', { error_code: 17, error_msg: 'no' })).toThrow(
      MalformedAnswerError,
    );
  });
});
