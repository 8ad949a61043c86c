import { totalInputTokens, type TokenUsage } from '../../protocols/token-usage.js';

/** Nano-USD per million tokens: USD prices with nine decimals as integers. */
export type Rate = bigint;

/** A rate that changes for the whole request once its input, caches included, is longer than `above`. */
export interface TieredRate {
  base: Rate;
  /** Ascending. */
  tiers: readonly { above: number; rate: Rate }[];
}

export type PriceComponent =
  | 'input'
  | 'output'
  | 'cacheRead'
  | 'cacheWrite'
  | 'cacheWrite1h'
  | 'inputAudio'
  | 'reasoning'
  | 'outputAudio';

/** What one model costs. A component without its own rate is charged as the one it is a part of. */
export type Rates = { [component in PriceComponent]?: TieredRate | undefined } & {
  /** Nano-USD for a request that was answered, whatever its length. */
  request?: bigint;
  /** Nano-USD for a search of the web that the provider ran by itself; without it they are not in the cost. */
  webSearch?: bigint;
};

const MILLION = 1_000_000n;

/**
 * The cost in nano-USD, rounded once, half up. Null when the usage has tokens that no rate covers: a part of the price is
 * not a price.
 */
export function costOf(usage: TokenUsage, rates: Rates): bigint | null {
  const { input, output, cacheWrite } = rates;
  const charges: [number, TieredRate | undefined][] = [
    [usage.inputTokens, input],
    [usage.cacheReadTokens, rates.cacheRead ?? input],
    [usage.cacheWriteTokens, cacheWrite ?? input],
    [usage.cacheWrite1hTokens, rates.cacheWrite1h ?? cacheWrite ?? input],
    [usage.inputAudioTokens, rates.inputAudio ?? input],
    [usage.outputTokens, output],
    [usage.reasoningTokens, rates.reasoning ?? output],
    [usage.outputAudioTokens, rates.outputAudio ?? output],
  ];
  const length = totalInputTokens(usage);
  let sum = 0n;
  for (const [tokens, rate] of charges) {
    if (tokens === 0) continue;
    if (!rate) return null;
    sum += BigInt(tokens) * rateAt(rate, length);
  }
  const answered = charges.some(([tokens]) => tokens > 0);
  const searches = BigInt(usage.serverTools?.webSearches ?? 0) * (rates.webSearch ?? 0n);
  return (sum + MILLION / 2n) / MILLION + (answered ? (rates.request ?? 0n) : 0n) + searches;
}

function rateAt({ base, tiers }: TieredRate, inputLength: number): Rate {
  return tiers.findLast(({ above }) => inputLength > above)?.rate ?? base;
}
