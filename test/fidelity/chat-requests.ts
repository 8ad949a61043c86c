import { tool, chatTool, image, pdf, schema, user, past, type Samples } from './samples.js';

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
  'more than four stop strings': { stop: ['1', '2', '3', '4', '5'] },
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
  max_tokens: { max_tokens: 77 },
  safety_identifier: { safety_identifier: 'user-1' },
  prompt_cache_options: { prompt_cache_options: { mode: 'explicit' } },
  prompt_cache_retention: { prompt_cache_retention: '24h' },
  prompt_cache_breakpoint: user([
    { type: 'text', text: 'hi', prompt_cache_breakpoint: { mode: 'explicit' } },
  ]),
  moderation: { moderation: { model: 'omni-moderation-latest' } },
  functions: { functions: [{ name: 'weather', description: 'MARK', parameters: tool }] },
  function_call: {
    functions: [{ name: 'weather', parameters: tool }],
    function_call: { name: 'weather' },
  },
  'tool_choice allowed_tools': {
    tools: [chatTool],
    tool_choice: {
      type: 'allowed_tools',
      allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'weather' } }] },
    },
  },
  'custom tool': { tools: [{ type: 'custom', custom: { name: 'patch', description: 'MARK' } }] },
  'a strict tool': {
    tools: [{ ...chatTool, function: { ...chatTool.function, strict: true, description: 'MARK' } }],
  },
  'image detail': user([{ type: 'image_url', image_url: { url: image, detail: 'high' } }]),
  'file (id)': user([{ type: 'file', file: { file_id: 'file-1' } }]),
  'name of a participant': { messages: [{ role: 'user', name: 'MARK', content: 'hi' }] },
  "the assistant's refusal": past({ role: 'assistant', content: null, refusal: 'MARK' }),
  "the assistant's audio": past({ role: 'assistant', content: null, audio: { id: 'MARK' } }),
  'reasoning_content sent back': past({
    role: 'assistant',
    content: 'hello',
    reasoning_content: 'MARK',
  }),
};
