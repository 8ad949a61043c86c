/**
 * What a call consumed, in buckets that do not overlap: their sum is the provider's own total.
 * Providers disagree on what "input" includes; every decoder ends here.
 */
export interface TokenUsage {
  /** Prompt tokens neither read from nor written to a cache, without audio. */
  inputTokens: number;
  cacheReadTokens: number;
  /** Cache writes with the short (5 minutes or the provider's only) lifetime. */
  cacheWriteTokens: number;
  /** Cache writes that live an hour (Anthropic). */
  cacheWrite1hTokens: number;
  inputAudioTokens: number;
  /** Visible answer tokens, without reasoning and audio. */
  outputTokens: number;
  reasoningTokens: number;
  outputAudioTokens: number;
  /** Calls of tools that the provider ran itself and charges by the call; absent where it counts none. */
  serverTools?: ServerToolUse;
}

export interface ServerToolUse {
  readonly webSearches: number;
  readonly webFetches: number;
}

/** `server_tool_use`, as Anthropic and those who took it over have it; nothing where nothing was called. */
export function readServerTools(value: unknown): { serverTools?: ServerToolUse } {
  const { web_search_requests: searches, web_fetch_requests: fetches } = (value ?? {}) as Record<
    string,
    unknown
  >;
  const serverTools = { webSearches: tokenCount(searches), webFetches: tokenCount(fetches) };
  return serverTools.webSearches + serverTools.webFetches > 0 ? { serverTools } : {};
}

/** The reverse. */
export function writeServerTools({ serverTools }: TokenUsage): {
  server_tool_use?: { web_search_requests: number; web_fetch_requests: number };
} {
  return serverTools
    ? {
        server_tool_use: {
          web_search_requests: serverTools.webSearches,
          web_fetch_requests: serverTools.webFetches,
        },
      }
    : {};
}

export const NO_USAGE: Readonly<TokenUsage> = Object.freeze({
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheWrite1hTokens: 0,
  inputAudioTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  outputAudioTokens: 0,
});

export function totalInputTokens(usage: TokenUsage): number {
  return (
    usage.inputTokens +
    usage.cacheReadTokens +
    usage.cacheWriteTokens +
    usage.cacheWrite1hTokens +
    usage.inputAudioTokens
  );
}

export function totalOutputTokens(usage: TokenUsage): number {
  return usage.outputTokens + usage.reasoningTokens + usage.outputAudioTokens;
}

/** A provider's count as a number that can be added up: negative, fractional, huge or absent counts are refused as 0. */
export function tokenCount(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= 1e9
    ? value
    : 0;
}
