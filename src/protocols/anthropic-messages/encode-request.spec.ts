import type { Block, ConversationRequest, Role, Tool } from '../conversation.js';
import { UntranslatableError } from '../translation.js';
import { decodeAnthropicRequest } from './decode-request.js';
import { encodeAnthropicRequest } from './encode-request.js';

const base = decodeAnthropicRequest({ model: 'claude-sonnet-4-5', messages: [] });
const encode = (rest: Partial<ConversationRequest>) => encodeAnthropicRequest({ ...base, ...rest });
const bodyOf = (rest: Partial<ConversationRequest>) => encode(rest).body;

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
const tool: Tool = {
  kind: 'function',
  name: 'f',
  description: null,
  parameters: null,
  strict: null,
};

describe('the tools of encodeAnthropicRequest', () => {
  it('gives a tool without parameters, or without a type, the schema of an object', () => {
    const typeless = { ...tool, name: 'g', parameters: { properties: { a: {} } } };
    expect(bodyOf({ tools: [tool, typeless] })['tools']).toEqual([
      { name: 'f', input_schema: { type: 'object', properties: {} } },
      { name: 'g', input_schema: { type: 'object', properties: { a: {} } } },
    ]);
  });

  it('leaves optional members of a tool optional', () => {
    const parameters = { type: 'object', properties: { a: { minimum: 1 } }, required: [] };
    expect(bodyOf({ tools: [{ ...tool, parameters }] })['tools']).toMatchObject([
      { input_schema: parameters },
    ]);
  });

  it('wraps the text of a custom tool in an object', () => {
    const custom: Tool = { kind: 'custom', name: 'sql', description: 'd', format: null };
    expect(bodyOf({ tools: [custom] })['tools']).toMatchObject([
      { name: 'sql', input_schema: { required: ['input'] } },
    ]);
  });

  it.each([
    [{ toolChoice: { kind: 'required' } }, { type: 'any' }],
    [{ toolChoice: { kind: 'named', name: 'f' } }, { type: 'tool', name: 'f' }],
    [{ toolChoice: { kind: 'none' }, parallelToolCalls: false }, { type: 'none' }],
    [{ parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [{ parallelToolCalls: true }, undefined],
  ] as const)('writes %j', (rest, expected) => {
    expect(bodyOf({ tools: [tool], ...rest })['tool_choice']).toEqual(expected);
  });

  it('offers the allowed tools only', () => {
    const toolChoice = { kind: 'allowed', names: ['g'], required: true } as const;
    const { tools, tool_choice } = bodyOf({ tools: [tool, { ...tool, name: 'g' }], toolChoice });
    expect(tools).toMatchObject([{ name: 'g' }]);
    expect(tool_choice).toEqual({ type: 'any' });
  });

  it('sends no choice without tools', () => {
    const toolChoice = { kind: 'allowed', names: [], required: true } as const;
    expect(bodyOf({ tools: [tool], toolChoice })).not.toHaveProperty('tool_choice');
    expect(bodyOf({ toolChoice: { kind: 'auto' } })).not.toHaveProperty('tool_choice');
  });

  it('declares the tools of past calls where none is offered any more', () => {
    const { tools, tool_choice } = bodyOf({ turns: [say('assistant', call('a'))] });
    expect(tools).toMatchObject([{ name: 'f' }]);
    expect(tool_choice).toEqual({ type: 'none' });
  });
});

describe('the parameters of encodeAnthropicRequest', () => {
  const sampling = { ...base.sampling, temperature: 1.7, topP: 0.5, topK: 3 };

  it('always says max_tokens', () => {
    expect(bodyOf({})['max_tokens']).toBe(64_000);
    expect(bodyOf({ model: 'kimi' })['max_tokens']).toBe(4096);
    expect(bodyOf({ maxOutputTokens: 7 })['max_tokens']).toBe(7);
  });

  it('sends what sampling the model takes and names the rest', () => {
    expect(encode({ sampling, model: 'claude-3-opus-20240229' })).toMatchObject({
      body: { temperature: 1, top_p: 0.5, top_k: 3 },
      dropped: [],
    });
    expect(encode({ sampling })).toMatchObject({
      body: { temperature: 1, top_k: 3 },
      dropped: ['topP'],
    });
    const newest = encode({ sampling, model: 'claude-opus-4-8' });
    expect(newest.body).not.toHaveProperty('temperature');
    expect(newest.dropped).toEqual(['temperature', 'topP', 'topK']);
  });

  it('names penalties, seeds and unknown parameters it leaves out', () => {
    const all = { ...base.sampling, frequencyPenalty: 1, presencePenalty: 1, seed: 1 };
    const extras = [{ name: 'store', value: true, essential: false }];
    expect(encode({ sampling: all, extras, cacheKey: 'k' }).dropped).toEqual([
      'frequencyPenalty',
      'presencePenalty',
      'seed',
      'cacheKey',
      'store',
    ]);
  });

  it('takes a top_p near 1 while it thinks', () => {
    const reasoning = {
      effort: null,
      budgetTokens: 2000,
      mode: 'enabled',
      visible: false,
    } as const;
    const think = (topP: number) =>
      encode({ reasoning, model: 'claude-sonnet-4', sampling: { ...base.sampling, topP } });
    expect(think(0.96).body).toMatchObject({ top_p: 0.96, thinking: { display: 'omitted' } });
    expect(think(0.5).dropped).toEqual(['topP']);
  });

  it("takes no parameter of OpenAI's for its own of the same name", () => {
    const extras = [{ name: 'context_management', value: [], essential: false }];
    const { body, dropped } = encode({ extras });
    expect([body['context_management'], dropped]).toEqual([undefined, ['context_management']]);
  });

  it('counts a breakpoint for the whole request among the four', () => {
    const cached: Block = { type: 'text', text: 'x', cache: { ttl: '1h' } };
    const control = { name: 'cache_control', value: { type: 'ephemeral' }, essential: false };
    const { messages } = bodyOf({
      extras: [{ ...control, protocol: 'anthropic-messages' }],
      turns: [{ role: 'user', blocks: [cached, cached, cached, cached] }],
    });
    expect(JSON.stringify(messages).match(/"ttl":"1h"/g)).toHaveLength(3);
  });

  it('leaves out stop sequences of white space', () => {
    const stop = ['\n', 'END'];
    const { body, dropped } = encode({ sampling: { ...base.sampling, stop } });
    expect(body['stop_sequences']).toEqual(['END']);
    expect(dropped).toEqual(['stop']);
  });

  it('sanitises the schema of the answer, and asks an old model in words', () => {
    const schema = { type: 'string', maxLength: 3 };
    const outputFormat = {
      kind: 'json_schema',
      name: 'n',
      description: null,
      schema,
      strict: true,
    } as const;
    expect(bodyOf({ outputFormat })['output_config']).toEqual({
      format: {
        type: 'json_schema',
        schema: { type: 'string', description: '{maxLength: 3}' },
      },
    });
    const old = encode({ outputFormat, model: 'claude-3-5-haiku-latest' });
    expect(JSON.stringify(old.body['system'])).toContain('maxLength');
    expect(old.dropped).toEqual(['outputFormat']);
    expect(bodyOf({ outputFormat: { kind: 'json' } })['system']).toHaveLength(1);
  });

  it.each([
    ['n', { candidates: 2 }],
    ['logprobs', { logprobs: { top: 0 } }],
    ['logit_bias', { extras: [{ name: 'logit_bias', value: {}, essential: false }] }],
    [
      'web_search_options',
      { extras: [{ name: 'web_search_options', value: {}, essential: true }] },
    ],
    ['tools', { tools: [{ kind: 'opaque', protocol: 'gemini', name: 'g', value: {} }] as const }],
    [
      'messages',
      {
        turns: [say('user', { type: 'audio', source: { kind: 'url', url: '', mediaType: null } })],
      },
    ],
  ])('refuses %s', (param, rest) => {
    expect(() => encode(rest)).toThrow(expect.objectContaining({ param }) as Error);
    expect(() => encode(rest)).toThrow(UntranslatableError);
  });
});

describe('the thinking of encodeAnthropicRequest', () => {
  const effort = (level: 'none' | 'low' | 'high' | 'xhigh') => ({
    reasoning: {
      effort: level,
      budgetTokens: null,
      mode: level === 'none' ? ('disabled' as const) : ('enabled' as const),
      visible: null,
    },
  });
  const exactly = (budgetTokens: number) => ({
    reasoning: { effort: null, budgetTokens, mode: 'enabled' as const, visible: null },
  });

  it('gives older models a budget and newer ones an effort', () => {
    expect(bodyOf(effort('high'))['thinking']).toEqual({ type: 'enabled', budget_tokens: 4096 });
    expect(bodyOf({ ...effort('xhigh'), model: 'claude-opus-4-8' })).toMatchObject({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'xhigh' },
    });
    expect(bodyOf({ ...effort('xhigh'), model: 'claude-opus-4-6' })['output_config']).toEqual({
      effort: 'high',
    });
    expect(bodyOf({ ...exactly(1500), model: 'claude-opus-4-8' })).toMatchObject({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'low' },
    });
    expect(bodyOf({ ...exactly(1500), model: 'claude-sonnet-4-6' })['thinking']).toEqual({
      type: 'enabled',
      budget_tokens: 1500,
    });
  });

  it('leaves room for the answer behind the thinking', () => {
    const limited = bodyOf({ ...effort('high'), maxOutputTokens: 3000 });
    expect(limited).toMatchObject({ max_tokens: 3000, thinking: { budget_tokens: 2999 } });
    const unknown = bodyOf({ ...effort('high'), model: 'kimi' });
    expect(unknown).toMatchObject({ max_tokens: 8192, thinking: { budget_tokens: 4096 } });
    expect(encode({ ...effort('low'), maxOutputTokens: 500 }).dropped).toEqual(['reasoning']);
  });

  it('switches thinking off where that is possible', () => {
    expect(bodyOf(effort('none'))['thinking']).toEqual({ type: 'disabled' });
    expect(bodyOf({ ...effort('none'), model: 'claude-3-haiku-20240307' })).not.toHaveProperty(
      'thinking',
    );
    expect(encode({ ...effort('none'), model: 'claude-mythos-5' }).dropped).toEqual(['reasoning']);
  });

  it('does not think where a tool must be called', () => {
    const { body, dropped } = encode({
      ...effort('low'),
      tools: [tool],
      toolChoice: { kind: 'required' },
    });
    expect(body).not.toHaveProperty('thinking');
    expect(dropped).toEqual(['reasoning']);
  });

  it('does not think in the middle of tool calls whose thinking is lost', () => {
    const loop = [say('user', 'go'), say('assistant', call('a')), say('user', result('a'))];
    expect(encode({ ...effort('low'), turns: loop, tools: [tool] }).dropped).toEqual(['reasoning']);
    const over = [...loop, say('assistant', 'done'), say('user', 'more')];
    expect(encode({ ...effort('low'), turns: over, tools: [tool] }).dropped).toEqual([]);
  });

  it('takes no temperature while it thinks', () => {
    const sampling = { ...base.sampling, temperature: 0.2 };
    expect(encode({ ...effort('low'), sampling }).dropped).toEqual(['temperature']);
  });
});
