import { totalInputTokens, totalOutputTokens } from '../token-usage.js';
import { readOpenAiUsage } from './usage.js';

describe('readOpenAiUsage', () => {
  it('splits what the provider counts together', () => {
    const usage = readOpenAiUsage({
      prompt_tokens: 100,
      completion_tokens: 50,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 10, audio_tokens: 5 },
      completion_tokens_details: { reasoning_tokens: 30, audio_tokens: 2 },
    });
    expect(usage).toEqual({
      inputTokens: 45,
      cacheReadTokens: 40,
      cacheWriteTokens: 10,
      cacheWrite1hTokens: 0,
      inputAudioTokens: 5,
      outputTokens: 18,
      reasoningTokens: 30,
      outputAudioTokens: 2,
    });
    expect(totalInputTokens(usage) + totalOutputTokens(usage)).toBe(150);
  });

  it('adds reasoning where the total says it comes on top', () => {
    const usage = readOpenAiUsage({
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 35,
      completion_tokens_details: { reasoning_tokens: 20 },
    });
    expect(usage).toMatchObject({ outputTokens: 5, reasoningTokens: 20 });
  });

  it('reads the cache hits of DeepSeek and Moonshot', () => {
    expect(readOpenAiUsage({ prompt_tokens: 9, prompt_cache_hit_tokens: 4 })).toMatchObject({
      inputTokens: 5,
      cacheReadTokens: 4,
    });
    expect(readOpenAiUsage({ prompt_tokens: 9, cached_tokens: 3 }).cacheReadTokens).toBe(3);
  });

  it('counts the searches of OpenRouter and Perplexity', () => {
    const serverTools = { webSearches: 3, webFetches: 0 };
    const openRouter = { server_tool_use: { web_search_requests: 3 } };
    expect(readOpenAiUsage(openRouter)).toMatchObject({ serverTools });
    expect(readOpenAiUsage({ num_search_queries: 3 })).toMatchObject({ serverTools });
  });

  it('never makes a bucket negative', () => {
    const usage = readOpenAiUsage({
      prompt_tokens: 1,
      completion_tokens: -5,
      prompt_tokens_details: { cached_tokens: 1e18, audio_tokens: 7 },
    });
    expect(Math.min(...Object.values(usage))).toBe(0);
  });
});
