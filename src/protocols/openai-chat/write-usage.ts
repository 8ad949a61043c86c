import type { CompletionUsage } from 'openai/resources/completions';
import {
  totalInputTokens,
  totalOutputTokens,
  writeServerTools,
  type TokenUsage,
} from '../token-usage.js';

/** OpenAI's `usage`, with OpenRouter's member for calls of server tools. Its totals are sums of what we hold, so that they always add up. */
export function writeOpenAiUsage(usage: TokenUsage): CompletionUsage {
  const prompt = totalInputTokens(usage);
  const completion = totalOutputTokens(usage);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: usage.cacheReadTokens,
      cache_write_tokens: usage.cacheWriteTokens + usage.cacheWrite1hTokens,
      audio_tokens: usage.inputAudioTokens,
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens,
      audio_tokens: usage.outputAudioTokens,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
    ...writeServerTools(usage),
  };
}
