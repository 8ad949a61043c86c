import { NO_USAGE, type TokenUsage } from '../protocols/token-usage.js';

/** Bytes of a JSON request that make a token, on average: prose is near four, its wrapping lowers it. */
const BYTES_PER_TOKEN = 4;

/**
 * For a stream that ended before the provider counted: some number is nearer the truth than none. Providers send about one
 * token an event.
 */
export function estimateUsage(requestBytes: number, contentEvents: number): TokenUsage {
  return {
    ...NO_USAGE,
    inputTokens: Math.ceil(requestBytes / BYTES_PER_TOKEN),
    outputTokens: contentEvents,
  };
}
