import { InvalidConversationError } from '../translation.js';
import { decodeOpenAiChatRequest } from './decode-request.js';

const decode = (more: object) =>
  decodeOpenAiChatRequest({ model: 'm', messages: [{ role: 'user', content: 'x' }], ...more });
const turnsOf = (...messages: object[]) => decode({ messages }).turns;
const call = (id: string) => ({
  id,
  type: 'function',
  function: { name: 'f', arguments: '{"n":12345678901234567890}' },
});

describe('decodeOpenAiChatRequest', () => {
  it('reads developer and system messages in place', () => {
    expect(
      turnsOf(
        { role: 'developer', content: 'a' },
        { role: 'user', content: 'b' },
        { role: 'system', content: 'c' },
      ).map(({ role }) => role),
    ).toEqual(['system', 'user', 'system']);
  });

  it('makes results that follow each other one turn, and keeps arguments as written', () => {
    const turns = turnsOf(
      { role: 'assistant', content: null, tool_calls: [call('a'), call('b')] },
      { role: 'tool', tool_call_id: 'a', content: '1' },
      { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: '2' }] },
      { role: 'user', content: 'go on' },
    );
    expect(turns.map(({ role, blocks }) => [role, blocks.length])).toEqual([
      ['assistant', 2],
      ['user', 2],
      ['user', 1],
    ]);
    expect(turns[0]!.blocks[0]).toMatchObject({ id: 'a', arguments: '{"n":12345678901234567890}' });
    expect(turns[1]!.blocks[1]).toMatchObject({
      type: 'tool_result',
      toolUseId: 'b',
      content: [{ text: '2' }],
    });
  });

  it('ties an older function result to the call of its name', () => {
    const [asked, answered] = turnsOf(
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', name: 'f', content: '1' },
    );
    const [use] = asked!.blocks;
    expect(answered!.blocks).toMatchObject([{ toolUseId: use?.type === 'tool_use' && use.id }]);
  });

  it('reads images, audio and files', () => {
    const [turn] = turnsOf({
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
        {
          type: 'image_url',
          image_url: { url: 'https://h/i.png' },
          prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' },
        },
        { type: 'input_audio', input_audio: { data: 'BBBB', format: 'mp3' } },
        {
          type: 'file',
          file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,CCCC' },
        },
        { type: 'file', file: { file_id: 'file-1' } },
        { type: 'video_url', video_url: { url: 'https://h/v' } },
      ],
    });
    expect(turn!.blocks).toMatchObject([
      {
        type: 'image',
        source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' },
        detail: 'low',
      },
      { type: 'image', source: { kind: 'url', url: 'https://h/i.png' }, cache: { ttl: '1h' } },
      { type: 'audio', source: { mediaType: 'audio/mpeg', data: 'BBBB' } },
      { type: 'document', title: 'a.pdf', source: { mediaType: 'application/pdf', data: 'CCCC' } },
      { type: 'document', source: { kind: 'file', provider: 'openai', id: 'file-1' } },
      { type: 'opaque', protocol: 'openai-chat', name: 'video_url' },
    ]);
  });

  it.each([
    [{ reasoning_content: 'hm' }, null],
    [{ reasoning: 'hm' }, null],
    [
      {
        reasoning_content: 'hm',
        thinking_blocks: [{ type: 'thinking', thinking: 'hm', signature: 's' }],
      },
      { provider: 'anthropic', value: 's' },
    ],
    [
      { thinking_blocks: [{ type: 'thinking', thinking: 'hm', signature: 'gw1.gemini.cw' }] },
      { provider: 'gemini', value: 's' },
    ],
  ])('reads the thought that comes back in %j', (fields, signature) => {
    expect(turnsOf({ role: 'assistant', content: 'x', ...fields })[0]!.blocks).toEqual([
      { type: 'thinking', text: 'hm', signature },
      { type: 'text', text: 'x' },
    ]);
  });

  it("reads Gemini's signature on a call", () => {
    const signed = { ...call('a'), extra_content: { google: { thought_signature: 'S' } } };
    expect(turnsOf({ role: 'assistant', tool_calls: [signed] })[0]!.blocks).toMatchObject([
      { type: 'tool_use', id: 'a', signature: { provider: 'gemini', value: 'S' } },
    ]);
  });

  it.each([
    ['required', { kind: 'required' }],
    ['any', { kind: 'required' }],
    [
      { type: 'function', function: { name: 'f' } },
      { kind: 'named', name: 'f' },
    ],
    [
      { type: 'custom', custom: { name: 'c' } },
      { kind: 'named', name: 'c' },
    ],
    [
      {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] },
      },
      { kind: 'allowed', names: ['f'], required: true },
    ],
  ])('reads the tool choice %j', (choice, expected) => {
    expect(decode({ tool_choice: choice }).toolChoice).toEqual(expected);
  });

  it('reads parameters by their newer names first', () => {
    expect(
      decode({
        max_completion_tokens: 5,
        max_tokens: 9,
        stop: 'END',
        n: 2,
        logprobs: true,
        top_logprobs: 3,
        user: 'old',
        safety_identifier: 'new',
        prompt_cache_key: 'k',
        reasoning_effort: 'none',
      }),
    ).toMatchObject({
      maxOutputTokens: 5,
      sampling: { stop: ['END'] },
      candidates: 2,
      logprobs: { top: 3 },
      endUser: 'new',
      cacheKey: 'k',
      reasoning: { mode: 'disabled', effort: 'none' },
    });
  });

  it('keeps everything else, and knows what an answer cannot do without', () => {
    const { extras } = decode({
      logit_bias: { 50256: -100 },
      verbosity: 'low',
      store: true,
      web_search_options: {},
      modalities: ['text', 'audio'],
      metadata: null,
      stream_options: { include_usage: true },
    });
    expect(extras.map(({ name, essential }) => [name, essential])).toEqual([
      ['logit_bias', true],
      ['verbosity', false],
      ['store', false],
      ['web_search_options', true],
      ['modalities', true],
    ]);
  });

  it.each([
    [{ model: undefined }, 'model'],
    [{ messages: undefined }, 'messages'],
    [{ messages: ['x'] }, 'messages[0]'],
    [{ messages: [{ role: 'user', content: null }] }, 'messages[0].content'],
    [{ messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 'messages[0].content[0].text'],
    [{ messages: [{ role: 'king', content: 'x' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
    [
      { messages: [{ role: 'assistant', tool_calls: [{ id: 'a' }] }] },
      'messages[0].tool_calls[0].function',
    ],
    [{ temperature: 'hot' }, 'temperature'],
    [{ max_tokens: -1 }, 'max_tokens'],
    [{ stop: [1] }, 'stop'],
    [{ reasoning_effort: 'extreme' }, 'reasoning_effort'],
    [{ tools: [{ type: 'function' }] }, 'tools[0].function'],
    [{ response_format: { type: 'json_schema' } }, 'response_format.json_schema'],
  ])('names the place of the mistake in %j', (more, param) => {
    expect(() => decode(more)).toThrow(InvalidConversationError);
    expect(() => decode(more)).toThrow(expect.objectContaining({ param }));
  });
});
