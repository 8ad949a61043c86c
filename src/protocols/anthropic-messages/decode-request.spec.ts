import { InvalidConversationError } from '../translation.js';
import { decodeAnthropicRequest } from './decode-request.js';

const decode = (rest: Record<string, unknown>) =>
  decodeAnthropicRequest({ model: 'claude-sonnet-5', messages: [], ...rest });
const blocksOf = (content: unknown, role = 'user') =>
  decode({ messages: [{ role, content }] }).turns[0]?.blocks;

describe('decodeAnthropicRequest', () => {
  it('reads texts and lists of blocks alike', () => {
    expect(blocksOf('hi')).toEqual([{ type: 'text', text: 'hi' }]);
    expect(blocksOf([{ type: 'text', text: 'hi' }])).toEqual(blocksOf('hi'));
  });

  it('puts the system first and leaves later system turns where they are', () => {
    const turn = (role: string, content: string) => ({ role, content });
    const messages = [turn('user', 'a'), turn('system', 'b'), turn('assistant', 'c')];
    const { turns } = decode({ system: [{ type: 'text', text: 's' }], messages });
    expect(turns.map(({ role }) => role)).toEqual(['system', 'user', 'system', 'assistant']);
  });

  it("leaves out Claude Code's billing header, which differs in every request", () => {
    const text = (words: string) => ({ type: 'text', text: words });
    const system = [text('x-anthropic-billing-header: cc_version=2'), text('Be brief.')];
    expect(decode({ system }).turns).toEqual([{ role: 'system', blocks: [text('Be brief.')] }]);
  });

  it('reads cache breakpoints with their lifetime', () => {
    const cached = (control: unknown) => [{ type: 'text', text: 'x', cache_control: control }];
    expect(blocksOf(cached({ type: 'ephemeral', ttl: '1h' }))).toMatchObject([
      { cache: { ttl: '1h' } },
    ]);
    expect(blocksOf(cached({ type: 'ephemeral' }))).toMatchObject([{ cache: { ttl: '5m' } }]);
    expect(blocksOf(cached(null))).toEqual([{ type: 'text', text: 'x' }]);
  });

  it('reads images and documents from every kind of source', () => {
    const base64 = { type: 'base64', media_type: 'image/png', data: 'AA==' };
    const file = { type: 'file', file_id: 'f1' };
    const content = { type: 'content', content: [{ type: 'text', text: 'x' }] };
    expect(
      blocksOf([
        { type: 'image', source: base64 },
        { type: 'image', source: { type: 'url', url: 'https://a/b' } },
        { type: 'document', source: file, title: 'T', citations: { enabled: true } },
        { type: 'document', source: content },
      ]),
    ).toEqual([
      { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA==' } },
      { type: 'image', source: { kind: 'url', url: 'https://a/b', mediaType: null } },
      {
        type: 'document',
        source: { kind: 'file', provider: 'anthropic', id: 'f1' },
        title: 'T',
        context: null,
        citations: true,
      },
      {
        type: 'document',
        source: { kind: 'text', text: 'x' },
        title: null,
        context: null,
        citations: false,
      },
    ]);
  });

  it('reads a search result as the text it holds', () => {
    const content = [{ type: 'text', text: 'Found.' }];
    const result = { type: 'search_result', title: 'T', source: 'https://a', content };
    expect(blocksOf([result])).toEqual([{ type: 'text', text: 'T\nhttps://a\n\nFound.' }]);
  });

  it('reads a compaction as the summary it holds: what came before it is nowhere else', () => {
    const block = { type: 'compaction', content: 'They met in Paris.', signature: 's' };
    expect(blocksOf([block], 'assistant')).toEqual([{ type: 'text', text: 'They met in Paris.' }]);
    const failed = { type: 'compaction', content: null };
    expect(blocksOf([failed], 'assistant')).toMatchObject([{ type: 'opaque' }]);
  });

  it('reads tool calls and their results', () => {
    const call = { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } };
    expect(blocksOf([call], 'assistant')).toEqual([
      { type: 'tool_use', id: 'a', name: 'f', arguments: '{"x":1}', kind: 'function' },
    ]);
    expect(blocksOf([{ type: 'tool_result', tool_use_id: 'a', is_error: true }])).toEqual([
      { type: 'tool_result', toolUseId: 'a', content: [], isError: true },
    ]);
  });

  it('carries blocks only Anthropic knows as they are', () => {
    const block = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} };
    expect(blocksOf([block], 'assistant')).toEqual([
      { type: 'opaque', protocol: 'anthropic-messages', name: 'server_tool_use', value: block },
    ]);
  });

  it('gives signatures back to the providers they are from', () => {
    const thinking = (signature: string) => ({ type: 'thinking', thinking: 't', signature });
    expect(
      blocksOf([thinking('EpQB'), thinking('gw1.deepseek.eA'), thinking('gw1..')], 'assistant'),
    ).toEqual([
      { type: 'thinking', text: 't', signature: { provider: 'anthropic', value: 'EpQB' } },
      { type: 'thinking', text: 't', signature: { provider: 'deepseek', value: 'x' } },
      { type: 'thinking', text: 't', signature: null },
    ]);
    expect(blocksOf([{ type: 'redacted_thinking', data: 'gw1.openai.eA' }], 'assistant')).toEqual([
      { type: 'redacted_thinking', data: { provider: 'openai', value: 'x' } },
    ]);
  });

  it('puts the signature of a neighbour back where it belongs', () => {
    const carrier = (signature: string) => ({ type: 'thinking', thinking: '', signature });
    const text = { type: 'text', text: 'x' };
    const signature = { provider: 'gemini', value: 'x' };
    expect(blocksOf([carrier('gw1-next.gemini.eA'), text], 'assistant')).toEqual([
      { ...text, signature },
    ]);
    expect(blocksOf([text, carrier('gw1-previous.gemini.eA')], 'assistant')).toEqual([
      { ...text, signature },
    ]);
    expect(blocksOf([carrier('gw1-next.gemini.eA')], 'assistant')).toEqual([]);
  });

  it('reads custom tools as functions and dated ones as they are', () => {
    const dated = { type: 'web_search_20250305', name: 'web_search' };
    const tools = [{ type: 'custom', name: 'f', input_schema: { type: 'object' } }, dated];
    expect(decode({ tools }).tools).toEqual([
      {
        kind: 'function',
        name: 'f',
        description: null,
        parameters: { type: 'object' },
        strict: null,
      },
      { kind: 'opaque', protocol: 'anthropic-messages', name: 'web_search', value: dated },
    ]);
  });

  it('reads the tool choice and whether calls may run in parallel', () => {
    const choice = (type: string, rest = {}) => decode({ tool_choice: { type, ...rest } });
    expect(choice('any', { disable_parallel_tool_use: true })).toMatchObject({
      toolChoice: { kind: 'required' },
      parallelToolCalls: false,
    });
    expect(choice('tool', { name: 'f' })).toMatchObject({
      toolChoice: { kind: 'named', name: 'f' },
      parallelToolCalls: null,
    });
    expect(choice('none').toolChoice).toEqual({ kind: 'none' });
  });

  it.each([
    [{ thinking: { type: 'enabled', budget_tokens: 2000 } }, 'enabled', null, 2000],
    [{ thinking: { type: 'adaptive' }, output_config: { effort: 'max' } }, 'adaptive', 'max', null],
    [{ thinking: { type: 'between_tools' } }, 'adaptive', null, null],
    [{ thinking: { type: 'disabled' } }, 'disabled', 'none', null],
    [{ output_config: { effort: 'low' } }, 'adaptive', 'low', null],
  ])('reads %j', (body, mode, effort, budgetTokens) => {
    expect(decode(body).reasoning).toEqual({ mode, effort, budgetTokens, visible: null });
  });

  it('reads whether the thoughts shall be shown', () => {
    const shown = (display: string) => decode({ thinking: { type: 'adaptive', display } });
    expect(shown('summarized').reasoning?.visible).toBe(true);
    expect(shown('omitted').reasoning?.visible).toBe(false);
  });

  it('names what only Anthropic does with a tool', () => {
    const tools = [
      { name: 'f', input_schema: {}, input_examples: [{}], defer_loading: true },
      { name: 'web_search', type: 'web_search_20250305', max_uses: 2 },
    ];
    expect(decode({ tools }).extras.map(({ name }) => name)).toEqual([
      'tools.input_examples',
      'tools.defer_loading',
    ]);
  });

  it('keeps what it has no place for, and knows what an answer cannot do without', () => {
    const compaction = { type: 'summarize' };
    const { extras } = decode({
      mcp_servers: [],
      compaction,
      speed: 'fast',
      context_management: null,
    });
    expect(extras).toEqual([
      { name: 'mcp_servers', value: [], essential: true, protocol: 'anthropic-messages' },
      { name: 'compaction', value: compaction, essential: true, protocol: 'anthropic-messages' },
      { name: 'speed', value: 'fast', essential: false, protocol: 'anthropic-messages' },
    ]);
  });

  it.each([{ type: 'create' }, { type: 'continue', previous_message_id: 'msg_1' }])(
    'refuses the thread %j before anything else: most of a conversation is missing there',
    (thread) => {
      const result = { type: 'tool_result', tool_use_id: 'toolu_1' };
      const messages = [{ role: 'user', content: [result] }];
      expect(() => decode({ messages, thread })).toThrow('thread: the gateway keeps no state');
    },
  );

  it('reads a body for counting tokens', () => {
    expect(decode({}).maxOutputTokens).toBeNull();
  });

  it.each([
    [{ messages: 'hi' }, 'messages: expected an array'],
    [{ messages: [{ role: 'tool', content: '' }] }, 'messages.0.role: expected user'],
    [
      { messages: [{ role: 'user', content: [{ type: 'text' }] }] },
      'messages.0.content.0.text: expected a string',
    ],
    [{ tools: [{}] }, 'tools.0.name: expected a string'],
    [{ tool_choice: { type: 'x' } }, 'tool_choice.type: expected auto'],
    [{ thinking: { type: 'enabled' } }, 'thinking.budget_tokens: expected a number'],
    [{ output_config: { effort: 'huge' } }, 'output_config.effort: expected low'],
    [{ max_tokens: '5' }, 'max_tokens: expected a number'],
  ])('says where %j is wrong', (body, message) => {
    expect(() => decode(body)).toThrow(InvalidConversationError);
    expect(() => decode(body)).toThrow(message);
  });
});
