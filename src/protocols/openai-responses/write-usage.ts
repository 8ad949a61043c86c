import type { ResponseUsage } from 'openai/resources/responses/responses';
import {
  totalInputTokens,
  totalOutputTokens,
  writeServerTools,
  type TokenUsage,
} from '../token-usage.js';

/** The buckets in OpenAI's sums. */
export function writeUsage(usage: TokenUsage): ResponseUsage {
  const input = totalInputTokens(usage);
  const output = totalOutputTokens(usage);
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: usage.cacheReadTokens,
      cache_write_tokens: usage.cacheWriteTokens + usage.cacheWrite1hTokens,
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: input + output,
    ...writeServerTools(usage),
  };
}
