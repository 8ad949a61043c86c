const cached = { cache_control: { type: 'ephemeral', ttl: '1h' } };
const text = { type: 'text', text: 'words', ...cached };

/** A request with a bit of everything in it. */
export const ANTHROPIC_REQUEST: Record<string, unknown> = {
  model: 'claude-sonnet-4-5',
  max_tokens: 4096,
  system: [text],
  messages: [
    {
      role: 'user',
      content: [
        text,
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } },
        { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
        { type: 'document', source: { type: 'content', content: [text] }, title: 'T', ...cached },
        { type: 'document', source: { type: 'file', file_id: 'f' }, citations: { enabled: true } },
        { type: 'search_result', title: 'T', source: 'https://example.com', content: [text] },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'EpQB' },
        { type: 'redacted_thinking', data: 'Eo8C' },
        { type: 'thinking', thinking: '', signature: 'gw1-next.gemini.eA' },
        { type: 'text', text: 'well', citations: [{ type: 'char_location', cited_text: 'c' }] },
        { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'q' } },
        { type: 'tool_use', id: 'a', name: 'f', input: { x: [1, { y: null }] } },
      ],
    },
    {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'a', content: [text], is_error: true }],
    },
    { role: 'system', content: 'later' },
  ],
  tools: [
    { name: 'f', description: 'd', input_schema: { type: 'object', oneOf: [{ properties: {} }] } },
    { name: 'g', strict: true, input_schema: { properties: { a: { type: ['string', 'null'] } } } },
    { type: 'web_search_20250305', name: 'web_search' },
  ],
  tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  thinking: { type: 'enabled', budget_tokens: 2048, display: 'summarized' },
  output_config: {
    effort: 'high',
    format: {
      type: 'json_schema',
      schema: {
        type: 'object',
        properties: { a: { type: 'array', items: { type: 'string', pattern: 'x' }, maxItems: 3 } },
        additionalProperties: { anyOf: [{ const: 1 }, { enum: [1, 2] }] },
        $defs: { d: { $ref: '#' } },
      },
    },
  },
  temperature: 0.5,
  top_p: 0.9,
  top_k: 5,
  stop_sequences: ['END'],
  metadata: { user_id: 'u' },
  service_tier: 'auto',
  mcp_servers: [],
  stream: true,
};
