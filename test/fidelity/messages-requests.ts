import { tool, messageTool, pdf, user, past, type Samples } from './samples.js';

export const MESSAGES_BASE = { model: 'm', max_tokens: 50, ...user('hi') };
export const MESSAGES: Samples = {
  system: { system: 'Be brief.' },
  'max_tokens 0': { max_tokens: 0 },
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
  'document of text blocks': user([
    { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'MARK' }] } },
  ]),
  'document (file id)': user([{ type: 'document', source: { type: 'file', file_id: 'f' } }]),
  'document.title': user([
    {
      type: 'document',
      title: 'MARK',
      source: { type: 'base64', media_type: 'application/pdf', data: pdf },
    },
  ]),
  'document.context': user([
    {
      type: 'document',
      context: 'MARK',
      source: { type: 'base64', media_type: 'application/pdf', data: pdf },
    },
  ]),
  'document.citations': user([
    {
      type: 'document',
      source: { type: 'text', media_type: 'text/plain', data: 'words' },
      citations: { enabled: true },
    },
  ]),
  search_result: user([
    {
      type: 'search_result',
      title: 'T',
      source: 'https://h.test',
      content: [{ type: 'text', text: 'MARK' }],
    },
  ]),
  'cache_control on a block': user([
    { type: 'text', text: 'hi', cache_control: { type: 'ephemeral' } },
  ]),
  'cache_control on a tool': { tools: [{ ...messageTool, cache_control: { type: 'ephemeral' } }] },
  'cache_control for the request': { cache_control: { type: 'ephemeral' } },
  'thinking of Anthropic sent back': past({
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: 'MARK', signature: 'c2ln' },
      { type: 'text', text: 'hello' },
    ],
  }),
  'redacted_thinking sent back': past({
    role: 'assistant',
    content: [
      { type: 'redacted_thinking', data: 'MARK' },
      { type: 'text', text: 'hello' },
    ],
  }),
  'server_tool_use sent back': past({
    role: 'assistant',
    content: [
      { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'MARK' } },
      { type: 'text', text: 'hello' },
    ],
  }),
  'compaction sent back': past({
    role: 'assistant',
    content: [{ type: 'compaction', content: 'MARK', signature: 's' }],
  }),
  'tool_result with an image': {
    messages: [
      { role: 'user', content: 'hi' },
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 'toolu_1', name: 'see', input: {} }],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'toolu_1',
            content: [
              {
                type: 'image',
                source: { type: 'base64', media_type: 'image/png', data: 'TUFSSw==' },
              },
            ],
          },
        ],
      },
    ],
  },
  'tool_result.is_error': {
    messages: [
      { role: 'user', content: 'hi' },
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 'toolu_1', name: 'see', input: {} }],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'toolu_1', is_error: true, content: 'MARK' }],
      },
    ],
  },
  'system message in the middle': {
    messages: [...MESSAGES_BASE.messages, { role: 'system', content: 'MARK' }],
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
  'web_search tool': { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
  'computer tool': { tools: [{ type: 'computer_20250124', name: 'computer' }] },
  'thinking adaptive': { thinking: { type: 'adaptive' } },
  'thinking between_tools': { thinking: { type: 'between_tools' } },
  'thinking.display': {
    max_tokens: 4_000,
    thinking: { type: 'enabled', budget_tokens: 2_048, display: 'omitted' },
  },
  container: { container: 'c' },
  thread: { thread: { type: 'create' } },
  compaction: { compaction: { type: 'summarize' } },
  diagnostics: { diagnostics: { previous_message_id: 'm' } },
  inference_geo: { inference_geo: 'eu' },
  speed: { speed: 'fast' },
  user_profile_id: { user_profile_id: 'u' },
  workspace_id: { workspace_id: 'w' },
  'tools.input_examples': { tools: [{ ...messageTool, input_examples: [{ city: 'MARK' }] }] },
  'tools.strict': { tools: [{ ...messageTool, strict: true, description: 'MARK' }] },
};
