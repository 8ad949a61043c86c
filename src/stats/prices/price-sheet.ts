import { parseUsd } from '../../common/money.js';
import type { PriceComponent, Rates, TieredRate } from './rates.js';

/** USD per million tokens, as people write them. */
export interface PriceSheet extends SheetRates {
  /** USD for a thousand searches of the web that the provider runs by itself. */
  readonly web_search?: string | undefined;
  /** What holds instead for the whole request once its input, caches included, is longer. */
  readonly tiers?: readonly (SheetRates & { readonly above_tokens: number })[] | undefined;
}

type SheetRates = { readonly [component in SheetComponent]?: string | undefined };

/** Names outside of this module, and what they are inside. */
const COMPONENTS = {
  input: 'input',
  output: 'output',
  cache_read: 'cacheRead',
  cache_write: 'cacheWrite',
  cache_write_1h: 'cacheWrite1h',
  input_audio: 'inputAudio',
  reasoning: 'reasoning',
  output_audio: 'outputAudio',
} as const satisfies Record<string, PriceComponent>;

export type SheetComponent = keyof typeof COMPONENTS;

/** @param onFault told of each amount that is none; must throw */
export function ratesOf(sheet: PriceSheet, onFault: (component: string) => never): Rates {
  const rates: Rates = {};
  for (const [name, component] of Object.entries(COMPONENTS)) {
    const read = (from: SheetRates): bigint | undefined => {
      const amount = from[name as SheetComponent];
      if (amount === undefined) return undefined;
      return parseUsd(amount) ?? onFault(name);
    };
    const base = read(sheet);
    if (base === undefined) continue;
    const tiers: TieredRate['tiers'] = (sheet.tiers ?? [])
      .map((tier) => ({ above: tier.above_tokens, rate: read(tier) ?? base }))
      .toSorted((a, b) => a.above - b.above);
    rates[component] = { base, tiers };
  }
  const { web_search: thousandSearches } = sheet;
  if (thousandSearches !== undefined) {
    rates.webSearch = (parseUsd(thousandSearches) ?? onFault('web_search')) / 1_000n;
  }
  return rates;
}
