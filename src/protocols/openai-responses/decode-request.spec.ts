import { InvalidConversationError } from '../translation.js';
import { decodeResponsesRequest } from './decode-request.js';

const decode = (fields: object) =>
  decodeResponsesRequest({ model: 'gpt-5', input: 'Hi', ...fields });
const functionTool = (name: string) => ({
  type: 'function',
  name,
  description: `Calls ${name}`,
  parameters: { type: 'object' },
  strict: false,
});

describe('decodeResponsesRequest', () => {
  it('reads what Codex sends', () => {
    const request = decode({
      stream: true,
      store: false,
      instructions: 'Be brief',
      input: [
        { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Rules' }] },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Fix it' }] },
      ],
      tools: [
        functionTool('exec_command'),
        {
          type: 'custom',
          name: 'apply_patch',
          description: 'Patches',
          format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' },
        },
        {
          type: 'namespace',
          name: 'multi_agent',
          description: 'Agents',
          tools: [functionTool('spawn')],
        },
        { type: 'web_search', external_web_access: true },
        { type: 'image_generation', output_format: 'png' },
      ],
      tool_choice: 'auto',
      parallel_tool_calls: true,
      reasoning: { summary: 'auto' },
      include: ['reasoning.encrypted_content'],
      prompt_cache_key: 'thread-1',
      client_metadata: { a: 'b' },
    });
    expect(request).toMatchObject({
      stream: true,
      turns: [
        { role: 'system', blocks: [{ text: 'Be brief' }, { text: 'Rules' }] },
        { role: 'user', blocks: [{ text: 'Fix it' }] },
      ],
      tools: [
        { kind: 'function', name: 'exec_command' },
        { kind: 'custom', name: 'apply_patch', format: { type: 'grammar', syntax: 'lark' } },
        { kind: 'function', name: 'multi_agent__spawn', namespace: 'multi_agent' },
      ],
      toolChoice: { kind: 'auto' },
      parallelToolCalls: true,
      reasoning: { effort: null, mode: 'adaptive', visible: true },
      cacheKey: 'thread-1',
      logprobs: null,
    });
    expect(request.extras.map(({ name, essential }) => [name, essential])).toEqual([
      ['client_metadata', false],
      ['tools.namespace.description', false],
      ['tools.web_search', false],
      ['tools.image_generation', false],
    ]);
  });

  it.each([
    { previous_response_id: 'resp_1' },
    { conversation: { id: 'conv_1' } },
    { background: true },
    { prompt: { id: 'pmpt_1' } },
  ])('refuses %j, which needs a memory', (fields) => {
    const [name = ''] = Object.keys(fields);
    const run = () => decode(fields);
    expect(run).toThrow(InvalidConversationError);
    expect(run).toThrow(`${name} is not supported: the gateway keeps no state`);
  });

  it('accepts what asks for no memory', () => {
    const request = decode({ previous_response_id: null, background: false, store: false });
    expect(request.extras).toEqual([]);
  });

  it('drops the wish to store by its name', () => {
    expect(decode({ store: true }).extras).toEqual([
      { name: 'store', value: true, essential: false },
    ]);
  });

  it.each([
    [{ model: 5 }, 'model must be a string'],
    [{ model: undefined }, 'model is required'],
    [{ input: undefined }, 'input must be a string or an array of items'],
    [{ input: [null] }, 'input[0] must be an object'],
    [{ input: [{ role: 'critic', content: 'x' }] }, 'input[0].role is not a role of messages'],
    [{ input: [{ role: 'user', content: [{ type: 'input_image' }] }] }, 'content[0].image_url'],
    [{ input: [{ type: 'function_call_output', output: 'x' }] }, 'input[0].call_id is required'],
    [{ tools: [{ type: 'function' }] }, 'tools[0].name is required'],
    [{ tools: [functionTool('a'), functionTool('a')] }, 'two tools of the name a'],
    [{ tool_choice: 'always' }, 'tool_choice must be an object'],
    [{ reasoning: { effort: 'huge' } }, 'reasoning.effort is not a known effort'],
    [{ text: { format: { type: 'xml' } } }, 'text.format.type is not a known format'],
    [{ temperature: '1' }, 'temperature must be a number'],
  ])('refuses %j', (fields, message) => {
    expect(() => decode(fields)).toThrow(InvalidConversationError);
    expect(() => decode(fields)).toThrow(message);
  });

  it('reads the parameters that have a place', () => {
    const request = decode({
      max_output_tokens: 9,
      temperature: 0.5,
      top_p: 0.9,
      top_logprobs: 3,
      reasoning: { effort: 'none' },
      text: {
        verbosity: 'low',
        format: { type: 'json_schema', name: 'P', schema: { type: 'object' }, strict: true },
      },
      user: 'u1',
      service_tier: 'flex',
    });
    expect(request).toMatchObject({
      maxOutputTokens: 9,
      sampling: { temperature: 0.5, topP: 0.9 },
      logprobs: { top: 3 },
      reasoning: { effort: 'none', mode: 'disabled', visible: null },
      outputFormat: { kind: 'json_schema', name: 'P', schema: { type: 'object' }, strict: true },
      endUser: 'u1',
      serviceTier: 'flex',
      extras: [{ name: 'verbosity', value: 'low', essential: false }],
    });
  });

  const tools = [
    functionTool('a'),
    { type: 'namespace', name: 'ns', tools: [functionTool('b')] },
    { type: 'web_search' },
  ];

  it.each([
    ['required', { kind: 'required' }],
    [
      { type: 'function', name: 'a' },
      { kind: 'named', name: 'a' },
    ],
    [
      { type: 'function', name: 'b', namespace: 'ns' },
      { kind: 'named', name: 'ns__b' },
    ],
    [
      {
        type: 'allowed_tools',
        mode: 'required',
        tools: [
          { type: 'function', name: 'a' },
          { type: 'namespace', name: 'ns' },
        ],
      },
      { kind: 'allowed', names: ['a', 'ns__b'], required: true },
    ],
    [{ type: 'allowed_tools', mode: 'auto', tools: [{ type: 'web_search' }] }, { kind: 'none' }],
  ])('reads the tool choice %j', (choice, expected) => {
    expect(decode({ tools, tool_choice: choice }).toolChoice).toEqual(expected);
  });

  it.each([
    { tools, tool_choice: { type: 'web_search' } },
    { tools: [{ type: 'web_search' }], tool_choice: 'required' },
  ])('calls a choice essential that only a server could follow: %j', (fields) => {
    expect(decode(fields).extras).toContainEqual({
      name: 'tool_choice',
      value: fields.tool_choice,
      essential: true,
    });
  });

  it('keeps server tools that carry the client’s own data, for an encoder to refuse', () => {
    const tool = { type: 'file_search', vector_store_ids: ['vs_1'] };
    expect(decode({ tools: [tool] }).tools).toEqual([
      { kind: 'opaque', protocol: 'openai-responses', name: 'file_search', value: tool },
    ]);
  });

  it('offers the tools that came with the input', () => {
    const input = [{ type: 'additional_tools', role: 'developer', tools: [functionTool('late')] }];
    expect(decode({ input, tools })).toMatchObject({
      turns: [],
      tools: [{ name: 'a' }, { name: 'ns__b' }, { name: 'late' }],
    });
  });
});
