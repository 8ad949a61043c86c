import { tokenCount, type TokenUsage } from '../token-usage.js';

/** `usage` of a response, with what compatible providers leave out. */
export interface ResponsesUsage {
  input_tokens?: number;
  input_tokens_details?: { cached_tokens?: number; cache_write_tokens?: number } | null;
  output_tokens?: number;
  output_tokens_details?: { reasoning_tokens?: number } | null;
}

/** `input_tokens` includes cache reads and writes, `output_tokens` includes reasoning. */
export function readResponsesUsage(usage: ResponsesUsage): TokenUsage {
  const input = tokenCount(usage.input_tokens);
  const output = tokenCount(usage.output_tokens);
  const details = usage.input_tokens_details ?? {};
  const cacheRead = Math.min(input, tokenCount(details.cached_tokens));
  const cacheWrite = Math.min(input - cacheRead, tokenCount(details.cache_write_tokens));
  const reasoning = Math.min(output, tokenCount(usage.output_tokens_details?.reasoning_tokens));
  return {
    inputTokens: input - cacheRead - cacheWrite,
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    cacheWrite1hTokens: 0,
    inputAudioTokens: 0,
    outputTokens: output - reasoning,
    reasoningTokens: reasoning,
    outputAudioTokens: 0,
  };
}
