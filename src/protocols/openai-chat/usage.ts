import { readServerTools, tokenCount, type TokenUsage } from '../token-usage.js';

/** `usage` of chat completions, completions and embeddings, with what compatible providers add or leave out. */
export interface OpenAiUsage {
  prompt_tokens?: number;
  completion_tokens?: number;
  total_tokens?: number;
  prompt_tokens_details?: {
    cached_tokens?: number;
    cache_write_tokens?: number;
    audio_tokens?: number;
  } | null;
  completion_tokens_details?: { reasoning_tokens?: number; audio_tokens?: number } | null;
  /** DeepSeek. */
  prompt_cache_hit_tokens?: number;
  /** OpenRouter, in Anthropic's form. */
  server_tool_use?: unknown;
  /** Perplexity's deep research. */
  num_search_queries?: number;
  /** Moonshot. */
  cached_tokens?: number;
}

/**
 * `prompt_tokens` includes cache reads, cache writes and audio; `completion_tokens` includes reasoning and audio, but for
 * xAI, whose total shows that reasoning comes on top, and Mistral, whose total shows the same of audio in the prompt.
 */
export function readOpenAiUsage(usage: OpenAiUsage): TokenUsage {
  const prompt = tokenCount(usage.prompt_tokens);
  const completion = tokenCount(usage.completion_tokens);
  const input = usage.prompt_tokens_details ?? {};
  const output = usage.completion_tokens_details ?? {};
  const cacheRead = Math.min(
    prompt,
    tokenCount(input.cached_tokens ?? usage.prompt_cache_hit_tokens ?? usage.cached_tokens),
  );
  const cacheWrite = Math.min(prompt - cacheRead, tokenCount(input.cache_write_tokens));
  const total = tokenCount(usage.total_tokens);
  const audio = tokenCount(input.audio_tokens);
  const audioOnTop = audio > 0 && total === prompt + completion + audio;
  const uncached = prompt - cacheRead - cacheWrite;
  const inputAudio = audioOnTop ? audio : Math.min(uncached, audio);
  const reasoning = tokenCount(output.reasoning_tokens);
  const reasoningOnTop = reasoning > 0 && !audioOnTop && total === prompt + completion + reasoning;
  const reasoningTokens = reasoningOnTop ? reasoning : Math.min(completion, reasoning);
  const visible = reasoningOnTop ? completion : completion - reasoningTokens;
  const outputAudioTokens = Math.min(visible, tokenCount(output.audio_tokens));
  return {
    inputTokens: audioOnTop ? uncached : uncached - inputAudio,
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    cacheWrite1hTokens: 0,
    inputAudioTokens: inputAudio,
    outputTokens: visible - outputAudioTokens,
    reasoningTokens,
    outputAudioTokens,
    ...readServerTools(usage.server_tool_use ?? { web_search_requests: usage.num_search_queries }),
  };
}
