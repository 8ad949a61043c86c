import { readServerTools, tokenCount, type TokenUsage } from '../token-usage.js';

/** `usage` of a message; in a stream each one repeats and corrects the one before. */
export interface AnthropicUsage {
  input_tokens?: number | null;
  cache_creation_input_tokens?: number | null;
  cache_read_input_tokens?: number | null;
  cache_creation?: {
    ephemeral_5m_input_tokens?: number;
    ephemeral_1h_input_tokens?: number;
  } | null;
  output_tokens?: number | null;
  output_tokens_details?: { thinking_tokens?: number } | null;
  server_tool_use?: unknown;
}

/** `input_tokens` excludes everything cached; `output_tokens` includes thinking. */
export function readAnthropicUsage(usage: AnthropicUsage): TokenUsage {
  const written = tokenCount(usage.cache_creation_input_tokens);
  const hour = Math.min(written, tokenCount(usage.cache_creation?.ephemeral_1h_input_tokens));
  const output = tokenCount(usage.output_tokens);
  const thinking = Math.min(output, tokenCount(usage.output_tokens_details?.thinking_tokens));
  return {
    inputTokens: tokenCount(usage.input_tokens),
    cacheReadTokens: tokenCount(usage.cache_read_input_tokens),
    cacheWriteTokens: written - hour,
    cacheWrite1hTokens: hour,
    inputAudioTokens: 0,
    outputTokens: output - thinking,
    reasoningTokens: thinking,
    outputAudioTokens: 0,
    ...readServerTools(usage.server_tool_use),
  };
}

/** The later numbers over the earlier ones: they are running totals, never increments. */
export function mergeAnthropicUsage(
  earlier: AnthropicUsage,
  later: AnthropicUsage,
): AnthropicUsage {
  const present = Object.entries(later).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return { ...earlier, ...Object.fromEntries(present) };
}
