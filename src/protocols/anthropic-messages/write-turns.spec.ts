import type { Block, ConversationRequest, Role } from '../conversation.js';
import { decodeAnthropicRequest } from './decode-request.js';
import { encodeAnthropicRequest } from './encode-request.js';

const base = decodeAnthropicRequest({ model: 'claude-sonnet-4-5', messages: [] });
const bodyOf = (rest: Partial<ConversationRequest>) =>
  encodeAnthropicRequest({ ...base, ...rest }).body;

const text = (words: string): Block => ({ type: 'text', text: words });
const say = (role: Role, ...blocks: (Block | string)[]) => ({
  role,
  blocks: blocks.map((block) => (typeof block === 'string' ? text(block) : block)),
});
const call = (id: string, args = '{}'): Block => ({
  type: 'tool_use',
  id,
  name: 'f',
  arguments: args,
  kind: 'function',
});
const result = (toolUseId: string, ...content: { type: 'text'; text: string }[]): Block => ({
  type: 'tool_result',
  toolUseId,
  content,
  isError: false,
});
const messagesOf = (...turns: ConversationRequest['turns']) => bodyOf({ turns })['messages'];

describe('the turns of a request for Anthropic', () => {
  it('takes the leading system apart and says later system turns in their place', () => {
    const { system, messages } = bodyOf({
      turns: [
        say('system', 'a'),
        say('system', 'b'),
        say('user', 'hi'),
        say('assistant', 'yes?'),
        say('system', 'c'),
        say('user', 'go'),
      ],
    });
    expect(system).toEqual([text('a'), text('b')]);
    expect(messages).toEqual([
      { role: 'user', content: [text('hi')] },
      { role: 'assistant', content: [text('yes?')] },
      { role: 'user', content: [text('c'), text('go')] },
    ]);
  });

  it('joins turns of one role and leaves out empty text', () => {
    const turns = [say('user', 'a', ''), say('assistant', ' \n'), say('user', 'b')];
    expect(messagesOf(...turns)).toEqual([{ role: 'user', content: [text('a'), text('b')] }]);
  });

  it('begins with the user, even where nobody has said anything', () => {
    const user = { role: 'user', content: [text('.')] };
    expect(messagesOf(say('system', 'a'))).toEqual([user]);
    expect(messagesOf(say('assistant', 'hi '))).toEqual([
      user,
      { role: 'assistant', content: [text('hi')] },
    ]);
  });

  it('puts tool results before anything else that is said', () => {
    const turns = [
      say('user', 'go'),
      say('assistant', call('a'), call('b')),
      say('user', 'wait', result('a', { type: 'text', text: '1' })),
      say('user', result('b')),
    ];
    expect(messagesOf(...turns)).toMatchObject([
      {},
      { content: [{ id: 'a', input: {} }, { id: 'b' }] },
      {
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: [text('1')] },
          { type: 'tool_result', tool_use_id: 'b' },
          text('wait'),
        ],
      },
    ]);
  });

  it('answers calls that nobody answered, also at the end', () => {
    const noResult = { type: 'tool_result', tool_use_id: 'a', content: '[no result]' };
    const open = [say('user', 'go'), say('assistant', call('a'))];
    expect(messagesOf(...open)).toMatchObject([{}, {}, { role: 'user', content: [noResult] }]);
    expect(messagesOf(...open, say('user', 'so?'))).toMatchObject([
      {},
      {},
      { content: [noResult, text('so?')] },
    ]);
  });

  it('shows the result of a forgotten call as text', () => {
    const orphan = result('gone', { type: 'text', text: '42' });
    expect(messagesOf(say('user', orphan))).toEqual([{ role: 'user', content: [text('42')] }]);
  });

  it('writes ids in the alphabet of the API, the same for call and result', () => {
    const turns = [
      say('user', 'go'),
      say('assistant', call('functions.f:0')),
      say('user', result('functions.f:0')),
    ];
    expect(messagesOf(...turns)).toMatchObject([
      {},
      { content: [{ id: 'functions_f_0' }] },
      { content: [{ tool_use_id: 'functions_f_0' }] },
    ]);
  });

  it('keeps arguments that are no JSON object', () => {
    const turns = [say('assistant', call('a', ''), call('b', '{"x":'), call('c', '{"x":1}'))];
    expect(messagesOf(...turns)).toMatchObject([
      {},
      { content: [{ input: {} }, { input: { _raw: '{"x":' } }, { input: { x: 1 } }] },
      {},
    ]);
  });

  it('keeps every digit of a large number', () => {
    const args = '{"id":12345678901234567890,"list":[0.1,9007199254740993],"n":1e3}';
    expect(JSON.stringify(messagesOf(say('assistant', call('a', args))))).toContain(
      '"input":{"id":12345678901234567890,"list":[0.1,9007199254740993],"n":1e3}',
    );
  });

  it('keeps the image of a tool result an image', () => {
    const image = { type: 'image', source: { kind: 'base64', mediaType: 'image/jpg', data: 'AA' } };
    const block = { ...result('a'), content: [image] } as Block;
    expect(messagesOf(say('assistant', call('a')), say('user', block))).toMatchObject([
      {},
      {},
      { content: [{ content: [{ type: 'image', source: { media_type: 'image/jpeg' } }] }] },
    ]);
  });

  it('says that a tool failed', () => {
    const failed = { ...result('a'), isError: true } as Block;
    expect(messagesOf(say('assistant', call('a')), say('user', failed))).toMatchObject([
      {},
      {},
      { content: [{ tool_use_id: 'a', is_error: true }] },
    ]);
  });

  it('sends a text file as the text it is', () => {
    const data = Buffer.from('Grüße').toString('base64');
    const file: Block = {
      type: 'document',
      source: { kind: 'base64', mediaType: 'text/csv', data },
      title: 'T',
      context: null,
      citations: false,
    };
    expect(messagesOf(say('user', file))).toEqual([
      {
        role: 'user',
        content: [
          {
            type: 'document',
            source: { type: 'text', media_type: 'text/plain', data: 'Grüße' },
            title: 'T',
          },
        ],
      },
    ]);
  });

  it("shows Anthropic its own thinking and nobody else's", () => {
    const thinking = (provider: string | null): Block => ({
      type: 'thinking',
      text: 't',
      signature: provider === null ? null : { provider, value: 's' },
    });
    const redacted = (provider: string): Block => ({
      type: 'redacted_thinking',
      data: { provider, value: 'd' },
    });
    const past = ['anthropic', 'gemini', null].map(thinking);
    const turn = say('assistant', ...past, redacted('openai'), redacted('anthropic'), 'hi');
    expect(messagesOf(say('user', 'a'), turn)).toMatchObject([
      {},
      {
        content: [
          { type: 'thinking', thinking: 't', signature: 's' },
          { type: 'redacted_thinking', data: 'd' },
          text('hi'),
        ],
      },
    ]);
  });

  it('keeps the last four cache breakpoints', () => {
    const cached: Block = { type: 'text', text: 'x', cache: { ttl: '5m' } };
    const { system, messages } = bodyOf({
      turns: [say('system', cached), say('user', cached, cached, cached, cached)],
    });
    expect(system).toEqual([text('x')]);
    expect(JSON.stringify(messages).match(/ephemeral/g)).toHaveLength(4);
  });
});
