import { tool, image, pdf, type Samples } from './samples.js';

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
  'file_search tool': { tools: [{ type: 'file_search', vector_store_ids: ['v'] }] },
  'mcp tool': { tools: [{ type: 'mcp', server_label: 'm', server_url: 'https://h.test' }] },
  'tools of a namespace': {
    tools: [
      {
        type: 'namespace',
        name: 'files',
        description: '',
        tools: [{ type: 'function', name: 'read', description: 'MARK', parameters: tool }],
      },
    ],
  },
  'input_file (PDF)': {
    input: [
      {
        role: 'user',
        content: [
          {
            type: 'input_file',
            filename: 'a.pdf',
            file_data: `data:application/pdf;base64,${pdf}`,
          },
        ],
      },
    ],
  },
  'input_file (address)': {
    input: [{ role: 'user', content: [{ type: 'input_file', file_url: 'https://h.test/a.pdf' }] }],
  },
  'custom tool call and output': {
    input: [
      { role: 'user', content: 'hi' },
      { type: 'custom_tool_call', call_id: 'call_1', name: 'patch', input: 'MARK' },
      { type: 'custom_tool_call_output', call_id: 'call_1', output: 'done' },
    ],
    tools: [{ type: 'custom', name: 'patch' }],
  },
  'reasoning item of OpenAI': {
    input: [
      { role: 'user', content: 'hi' },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'MARK' }],
        encrypted_content: 'x',
      },
      { role: 'assistant', content: 'hello' },
      { role: 'user', content: 'again' },
    ],
  },
  item_reference: { input: [{ type: 'item_reference', id: 'msg_1' }] },
  'tool_choice required': {
    tools: [{ type: 'function', name: 'weather', parameters: tool, strict: null }],
    tool_choice: 'required',
  },
  parallel_tool_calls: {
    tools: [{ type: 'function', name: 'weather', parameters: tool, strict: null }],
    parallel_tool_calls: false,
  },
  max_tool_calls: { max_tool_calls: 3 },
  'reasoning.summary': { reasoning: { effort: 'high', summary: 'detailed' } },
  'text.verbosity': { text: { verbosity: 'low' } },
  top_logprobs: { top_logprobs: 2 },
  include: { include: ['web_search_call.action.sources'] },
  truncation: { truncation: 'auto' },
  safety_identifier: { safety_identifier: 'user-1' },
  service_tier: { service_tier: 'flex' },
  prompt_cache_options: { prompt_cache_options: { mode: 'explicit' } },
  prompt_cache_retention: { prompt_cache_retention: '24h' },
  moderation: { moderation: { model: 'omni-moderation-latest' } },
  context_management: { context_management: [{ type: 'compaction' }] },
  access_programs: { access_programs: ['x'] },
  image: { image: {} },
  prompt: { prompt: { id: 'p' } },
  conversation: { conversation: 'c' },
  background: { background: true },
  previous_response_id: { previous_response_id: 'resp_1' },
};
