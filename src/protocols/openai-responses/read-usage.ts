import { readServerTools, tokenCount, type TokenUsage } from '../token-usage.js';
import { readWebSearches, type ReadMember } from './web-searches.js';

/** `usage` of a response, with what compatible providers leave out. */
export interface ResponsesUsage {
  input_tokens?: number;
  input_tokens_details?: { cached_tokens?: number; cache_write_tokens?: number } | null;
  output_tokens?: number;
  output_tokens_details?: { reasoning_tokens?: number } | null;
  /** OpenRouter, in Anthropic's form. */
  server_tool_use?: unknown;
}

/**
 * `input_tokens` includes cache reads and writes, `output_tokens` includes reasoning.
 * @param member of the response: searches of the web are not in its usage
 */
export function readResponsesUsage(
  usage: ResponsesUsage,
  member: ReadMember = () => undefined,
): TokenUsage {
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
    ...readWebSearches(usage, member),
    ...readServerTools(usage.server_tool_use),
  };
}
