import type { CacheCreation, OutputTokensDetails } from '@anthropic-ai/sdk/resources/messages';
import { totalOutputTokens, writeServerTools, type TokenUsage } from '../token-usage.js';

export interface WrittenUsage {
  input_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
  cache_creation: CacheCreation;
  output_tokens: number;
  output_tokens_details: OutputTokensDetails;
  server_tool_use?: { web_search_requests: number; web_fetch_requests: number };
}

/** `input_tokens` excludes everything cached; `output_tokens` includes thinking. */
export function writeAnthropicUsage(usage: TokenUsage): WrittenUsage {
  return {
    input_tokens: usage.inputTokens + usage.inputAudioTokens,
    cache_creation_input_tokens: usage.cacheWriteTokens + usage.cacheWrite1hTokens,
    cache_read_input_tokens: usage.cacheReadTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheWriteTokens,
      ephemeral_1h_input_tokens: usage.cacheWrite1hTokens,
    },
    output_tokens: totalOutputTokens(usage),
    output_tokens_details: { thinking_tokens: usage.reasoningTokens },
    ...writeServerTools(usage),
  };
}
