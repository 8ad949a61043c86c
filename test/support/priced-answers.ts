import { chatChunk } from './upstream.js';

/** 600 plain, 400 cached, 150 visible and 50 of reasoning. */
export const GPT_USAGE = {
  prompt_tokens: 1_000,
  prompt_tokens_details: { cached_tokens: 400 },
  completion_tokens: 200,
  completion_tokens_details: { reasoning_tokens: 50 },
  total_tokens: 1_200,
};
/** USD 2.50, 1.25 and 10 a million: 600 × 2.5 + 400 × 1.25 + 200 × 10 = 4000 millionths. */
const GPT_COST = '0.004';

export const CLAUDE_USAGE = {
  input_tokens: 100,
  cache_read_input_tokens: 2_000,
  cache_creation_input_tokens: 300,
  cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
  output_tokens: 50,
};
/** USD 3, 0.30, 3.75, 6 and 15 a million: 100 × 3 + 2000 × 0.3 + 200 × 3.75 + 100 × 6 + 50 × 15 = 3000 millionths. */
const CLAUDE_COST = '0.003';

export const GPT_STREAM = [
  chatChunk({ role: 'assistant', content: '' }),
  chatChunk({ content: 'Hel' }),
  chatChunk({ content: 'lo' }),
  chatChunk({}, 'stop'),
  `data: ${JSON.stringify({ choices: [], usage: GPT_USAGE })}\n\n`,
  'data: [DONE]\n\n',
];

export const CLAUDE_STREAM = [
  { type: 'message_start', message: { usage: { ...CLAUDE_USAGE, output_tokens: 1 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'hi' } },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 50 } },
  { type: 'message_stop' },
].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);

/** As the usage record shows GPT_USAGE. */
export const GPT_RECORD = {
  input_tokens: 600,
  cache_read_tokens: 400,
  output_tokens: 150,
  reasoning_tokens: 50,
  total_tokens: 1_200,
  usage_source: 'provider',
  cost_usd: GPT_COST,
  price_source: 'catalog',
};

/** As the usage record shows CLAUDE_USAGE. */
export const CLAUDE_RECORD = {
  input_tokens: 100,
  cache_read_tokens: 2_000,
  cache_write_tokens: 200,
  cache_write_1h_tokens: 100,
  output_tokens: 50,
  total_tokens: 2_450,
  usage_source: 'provider',
  cost_usd: CLAUDE_COST,
  price_source: 'catalog',
};
