import { bodyOf, REQUEST, tool, use } from '../../../test/support/chat-request.js';
import type { Tool, Turn } from '../conversation.js';
import { encodeOpenAiChatRequest } from './encode-request.js';
import { peerProfile } from './peer-profile.js';
import { ToolNames } from './tool-names.js';

describe('encodeOpenAiChatRequest', () => {
  it('refuses tools that only another provider runs', () => {
    const search: Tool = {
      kind: 'opaque',
      protocol: 'anthropic-messages',
      name: 'web_search_20250305',
      value: {},
    };
    expect(() => bodyOf({ tools: [search] })).toThrow(
      expect.objectContaining({ param: 'tools.web_search_20250305' }),
    );
  });

  it('shortens names of tools and gives a tool without parameters an empty object', () => {
    const names = new ToolNames();
    const long = 'mcp__server__'.repeat(6);
    const { body } = encodeOpenAiChatRequest(
      { ...REQUEST, tools: [tool(long)], toolChoice: { kind: 'named', name: long } },
      peerProfile('openai'),
      names,
    );
    const [{ function: sent }] = body['tools'] as [
      { function: { name: string; parameters: object } },
    ];
    expect(sent.name).toMatch(/^.{55}_[0-9a-f]{8}$/);
    expect(sent.parameters).toEqual({ type: 'object', properties: {} });
    expect(body['tool_choice']).toEqual({ type: 'function', function: { name: sent.name } });
    expect(names.restore(sent.name)).toBe(long);
  });

  it('sends no tool choice without tools', () => {
    expect(bodyOf({ toolChoice: { kind: 'auto' }, parallelToolCalls: false })).toEqual({
      model: 'gpt-4o',
      messages: [],
    });
  });

  it('sends only the allowed tools to a peer that knows no such choice', () => {
    const choice = {
      tools: [tool('a'), tool('b')],
      toolChoice: { kind: 'allowed', names: ['b'], required: true },
    } as const;
    expect(bodyOf(choice, 'groq')).toMatchObject({
      tools: [{ function: { name: 'b' } }],
      tool_choice: 'required',
    });
    expect(bodyOf(choice)['tools']).toHaveLength(2);
  });

  it('wraps a tool of free text for peers that have none', () => {
    const custom: Tool = { kind: 'custom', name: 'patch', description: 'd', format: null };
    const names = new ToolNames();
    const turns: Turn[] = [
      {
        role: 'assistant',
        blocks: [use('a', { name: 'patch', kind: 'custom', arguments: '*** "x"' })],
      },
    ];
    const { body } = encodeOpenAiChatRequest(
      { ...REQUEST, tools: [custom], turns },
      peerProfile('deepseek'),
      names,
    );
    expect(body['tools']).toMatchObject([{ type: 'function', function: { name: 'patch' } }]);
    expect(body['messages']).toMatchObject([
      { tool_calls: [{ function: { arguments: '{"input":"*** \\"x\\""}' } }] },
    ]);
    expect(names.isWrapped('patch')).toBe(true);
  });

  it.each([
    ['gpt-5', 'openai', { mode: 'disabled' }, { reasoning_effort: 'minimal' }],
    ['gpt-5.1', 'openai', { mode: 'disabled' }, { reasoning_effort: 'none' }],
    ['gpt-5.1', 'openai', { mode: 'adaptive' }, { reasoning_effort: 'medium' }],
    ['o3', 'openai', { budgetTokens: 31_999 }, { reasoning_effort: 'high' }],
    ['o3', 'openai', { budgetTokens: 1024 }, { reasoning_effort: 'low' }],
    ['gpt-4o', 'openai', { effort: 'high' }, {}],
    ['deepseek-v4', 'deepseek', { mode: 'disabled' }, { thinking: { type: 'disabled' } }],
    [
      'deepseek-v4',
      'deepseek',
      { effort: 'xhigh' },
      { thinking: { type: 'enabled' }, reasoning_effort: 'max' },
    ],
    ['qwen3', 'alibaba', { budgetTokens: 500 }, { enable_thinking: true, thinking_budget: 500 }],
    ['ernie-5', 'ernie', { mode: 'disabled' }, { enable_thinking: false }],
    ['anthropic/x', 'openrouter', { budgetTokens: 500 }, { reasoning: { max_tokens: 500 } }],
  ] as const)('asks %s of %s with %j to think by %j', (model, provider, reasoning, expected) => {
    const asked = {
      effort: null,
      budgetTokens: null,
      mode: 'enabled',
      visible: null,
      ...reasoning,
    } as const;
    expect(bodyOf({ model, reasoning: asked }, provider)).toEqual({
      model,
      messages: [],
      ...expected,
    });
  });

  it('says what it left out', () => {
    const sampling = {
      ...REQUEST.sampling,
      temperature: 0.5,
      topK: 4,
      stop: ['1', '2', '3', '4'],
    };
    const { body, dropped } = encodeOpenAiChatRequest(
      {
        ...REQUEST,
        model: 'gpt-5',
        sampling,
        extras: [{ name: 'context_management', value: {}, essential: false }],
      },
      peerProfile('openai'),
    );
    expect(body['stop']).toHaveLength(4);
    expect(dropped).toEqual(['temperature', 'topK', 'context_management']);
    const five = { ...REQUEST.sampling, stop: ['1', '2', '3', '4', '5'] };
    expect(() => bodyOf({ sampling: five })).toThrow(expect.objectContaining({ param: 'stop' }));
    expect(() => bodyOf({ extras: [{ name: 'mcp_servers', value: [], essential: true }] })).toThrow(
      expect.objectContaining({ param: 'mcp_servers' }),
    );
  });

  it('hashes user ids that OpenAI would find too long', () => {
    expect(bodyOf({ endUser: 'u'.repeat(65) })['safety_identifier']).toMatch(/^[0-9a-f]{64}$/);
    expect(bodyOf({ endUser: 'u' }, 'groq')['user']).toBe('u');
  });

  it('asks for usage in streams where the provider lets itself be asked', () => {
    expect(bodyOf({ stream: true })).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(bodyOf({ stream: true }, 'mistral')).not.toHaveProperty('stream_options');
  });

  it('sends a schema as it is, and in words to a provider without schemas', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } };
    const outputFormat = {
      kind: 'json_schema',
      name: null,
      description: null,
      schema,
      strict: null,
    } as const;
    expect(bodyOf({ outputFormat })['response_format']).toEqual({
      type: 'json_schema',
      json_schema: { name: 'answer', schema },
    });
    const told = bodyOf({ outputFormat }, 'deepseek');
    expect(told['response_format']).toEqual({ type: 'json_object' });
    expect(JSON.stringify(told['messages'])).toContain('matching this JSON schema');
  });
});
