/** One parameter of a client's request: its name, and a body that has it on top of `BASE`. */
export type Samples = Readonly<Record<string, Record<string, unknown>>>;

const tool = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const chatTool = {
  type: 'function',
  function: { name: 'weather', description: 'The weather.', parameters: tool },
};
const messageTool = { name: 'weather', description: 'The weather.', input_schema: tool };
const image = `data:image/png;base64,${Buffer.from('png').toString('base64')}`;
const pdf = Buffer.from('%PDF-1.4').toString('base64');
const schema = { name: 'answer', schema: tool };
const user = (content: unknown) => ({ messages: [{ role: 'user', content }] });

export const CHAT_BASE = { model: 'm', ...user('hi') };
export const CHAT: Samples = {
  'system message': { messages: [{ role: 'system', content: 'Be brief.' }, ...CHAT_BASE.messages] },
  'developer message': {
    messages: [{ role: 'developer', content: 'Be brief.' }, ...CHAT_BASE.messages],
  },
  'system message in the middle': {
    messages: [
      ...CHAT_BASE.messages,
      { role: 'assistant', content: 'hello' },
      { role: 'system', content: 'Now in French.' },
      { role: 'user', content: 'again' },
    ],
  },
  'image (data URL)': user([{ type: 'image_url', image_url: { url: image } }]),
  'image (https URL)': user([{ type: 'image_url', image_url: { url: 'https://h.test/a.png' } }]),
  'file (PDF)': user([
    { type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${pdf}` } },
  ]),
  input_audio: user([{ type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }]),
  'tool calls and results': {
    tools: [chatTool],
    messages: [
      ...CHAT_BASE.messages,
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: 'call_1',
            type: 'function',
            function: { name: 'weather', arguments: '{"city":"X"}' },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: '21 degrees' },
    ],
  },
  tools: { tools: [chatTool] },
  'tool_choice required': { tools: [chatTool], tool_choice: 'required' },
  'tool_choice named': {
    tools: [chatTool],
    tool_choice: { type: 'function', function: { name: 'weather' } },
  },
  'parallel_tool_calls false': { tools: [chatTool], parallel_tool_calls: false },
  max_completion_tokens: { max_completion_tokens: 77 },
  temperature: { temperature: 0.3 },
  top_p: { top_p: 0.4 },
  frequency_penalty: { frequency_penalty: 0.5 },
  presence_penalty: { presence_penalty: 0.5 },
  seed: { seed: 7 },
  stop: { stop: ['END'] },
  'n > 1': { n: 2 },
  logprobs: { logprobs: true, top_logprobs: 2 },
  logit_bias: { logit_bias: { '50256': -100 } },
  'response_format json_object': { response_format: { type: 'json_object' } },
  'response_format json_schema': { response_format: { type: 'json_schema', json_schema: schema } },
  reasoning_effort: { reasoning_effort: 'high' },
  verbosity: { verbosity: 'low' },
  user: { user: 'user-1' },
  prompt_cache_key: { prompt_cache_key: 'k' },
  service_tier: { service_tier: 'flex' },
  metadata: { metadata: { a: 'b' } },
  store: { store: true },
  prediction: { prediction: { type: 'content', content: 'x' } },
  'modalities audio': { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } },
  web_search_options: { web_search_options: {} },
};

export const MESSAGES_BASE = { model: 'm', max_tokens: 50, ...user('hi') };
export const MESSAGES: Samples = {
  system: { system: 'Be brief.' },
  'image (base64)': user([
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'cG5n' } },
  ]),
  'image (url)': user([{ type: 'image', source: { type: 'url', url: 'https://h.test/a.png' } }]),
  'document (PDF)': user([
    { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: pdf } },
  ]),
  'document (text)': user([
    { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'words' } },
  ]),
  'thinking block of Anthropic': {
    messages: [
      ...MESSAGES_BASE.messages,
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
          { type: 'text', text: 'hello' },
        ],
      },
      { role: 'user', content: 'again' },
    ],
  },
  'tool use and result': {
    tools: [messageTool],
    messages: [
      ...MESSAGES_BASE.messages,
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'X' } }],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: '21 degrees' }],
      },
    ],
  },
  tools: { tools: [messageTool] },
  'tool_choice any': { tools: [messageTool], tool_choice: { type: 'any' } },
  'tool_choice tool': { tools: [messageTool], tool_choice: { type: 'tool', name: 'weather' } },
  disable_parallel_tool_use: {
    tools: [messageTool],
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  },
  temperature: { temperature: 0.3 },
  top_p: { top_p: 0.4 },
  top_k: { top_k: 5 },
  stop_sequences: { stop_sequences: ['END'] },
  'thinking enabled': { max_tokens: 4_000, thinking: { type: 'enabled', budget_tokens: 2_048 } },
  'thinking disabled': { thinking: { type: 'disabled' } },
  'output_config.effort': { output_config: { effort: 'low' } },
  'output_config.format': { output_config: { format: { type: 'json_schema', schema: tool } } },
  'metadata.user_id': { metadata: { user_id: 'user-1' } },
  service_tier: { service_tier: 'standard_only' },
  context_management: { context_management: { edits: [] } },
  mcp_servers: { mcp_servers: [{ type: 'url', url: 'https://h.test', name: 'm' }] },
  'server tool': { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
};

export const RESPONSES_BASE = { model: 'm', input: 'hi' };
export const RESPONSES: Samples = {
  instructions: { instructions: 'Be brief.' },
  input_image: {
    input: [{ role: 'user', content: [{ type: 'input_image', image_url: image, detail: 'auto' }] }],
  },
  'function call and output': {
    input: [
      { role: 'user', content: 'hi' },
      { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"X"}' },
      { type: 'function_call_output', call_id: 'call_1', output: '21 degrees' },
    ],
    tools: [{ type: 'function', name: 'weather', parameters: tool, strict: null }],
  },
  tools: { tools: [{ type: 'function', name: 'weather', parameters: tool, strict: null }] },
  'custom tool': { tools: [{ type: 'custom', name: 'patch', description: 'Edits files.' }] },
  max_output_tokens: { max_output_tokens: 77 },
  temperature: { temperature: 0.3 },
  top_p: { top_p: 0.4 },
  'text.format': { text: { format: { type: 'json_schema', name: 'answer', schema: tool } } },
  'reasoning.effort': { reasoning: { effort: 'high' } },
  prompt_cache_key: { prompt_cache_key: 'k' },
  user: { user: 'user-1' },
  metadata: { metadata: { a: 'b' } },
  store: { store: true },
  'web_search tool': { tools: [{ type: 'web_search' }] },
  previous_response_id: { previous_response_id: 'resp_1' },
};
