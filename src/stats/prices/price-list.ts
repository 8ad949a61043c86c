import { createRequire } from 'node:module';
import type { calcPrice as CalcPrice, ModelInfo, ModelPrice } from '@pydantic/genai-prices';
import type { PriceSource } from '../usage-record.js';
import type { PriceComponent, Rates, TieredRate } from './rates.js';

export interface ListedPrice {
  rates: Rates;
  source: Extract<PriceSource, 'catalog' | 'prefix'>;
}

interface CachedPrice {
  price: ListedPrice | null;
  from: number;
  until: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Accounts may have many deployments, but names also come from clients. */
const MAX_CACHED = 2_000;

/**
 * The price list of @pydantic/genai-prices. Loading it takes 100 ms and a search 60 µs, so it is loaded on first use and
 * found prices are kept for as long as they hold.
 */
export class PriceList {
  private readonly cache = new Map<string, CachedPrice>();
  private calcPrice: typeof CalcPrice | null = null;

  load(): typeof CalcPrice {
    this.calcPrice ??= (
      createRequire(import.meta.url)('@pydantic/genai-prices') as { calcPrice: typeof CalcPrice }
    ).calcPrice;
    return this.calcPrice;
  }

  /**
   * @param provider the list's own id of a provider
   * @param atMs prices change, some by the hour of the day
   */
  find(provider: string, model: string, atMs: number): ListedPrice | null {
    const key = `${provider} ${model}`;
    const cached = this.cache.get(key);
    if (cached && cached.from <= atMs && atMs < cached.until) return cached.price;
    const found = this.search(provider, model, atMs);
    if (this.cache.size >= MAX_CACHED) this.cache.delete(this.cache.keys().next().value!);
    this.cache.set(key, found);
    return found.price;
  }

  private search(provider: string, model: string, atMs: number): CachedPrice {
    const timestamp = new Date(atMs);
    const result = this.load()({}, model, { providerId: provider, timestamp });
    // The list also finds providers whose name contains a known one, such as "openai-compatible": somebody else's price.
    if (!result || result.provider.id !== provider) return { price: null, ...period(atMs, DAY_MS) };
    return {
      price: { rates: toRates(result.model_price), source: sourceOf(model, result.model.id) },
      ...period(atMs, changesWithinDay(result.model) ? MINUTE_MS : DAY_MS),
    };
  }
}

function period(atMs: number, lengthMs: number): { from: number; until: number } {
  const from = Math.floor(atMs / lengthMs) * lengthMs;
  return { from, until: from + lengthMs };
}

function changesWithinDay({ prices }: ModelInfo): boolean {
  return (
    Array.isArray(prices) && prices.some(({ constraint }) => constraint?.type === 'time_of_date')
  );
}

const KEYS: Record<PriceComponent, string> = {
  input: 'input_mtok',
  output: 'output_mtok',
  cacheRead: 'cache_read_mtok',
  cacheWrite: 'cache_write_mtok',
  cacheWrite1h: 'cache_write_1h_mtok',
  inputAudio: 'input_audio_mtok',
  reasoning: 'output_reasoning_mtok',
  outputAudio: 'output_audio_mtok',
};

function toRates(listed: ModelPrice): Rates {
  const rates: Rates = {};
  for (const [component, key] of Object.entries(KEYS) as [PriceComponent, string][]) {
    const price = listed[key];
    if (price !== undefined) rates[component] = toTieredRate(price);
  }
  const [request, webSearch] = [
    each(listed['requests_kcount']),
    each(listed['web_searches_kcount']),
  ];
  if (request !== null) rates.request = request;
  if (webSearch !== null) rates.webSearch = webSearch;
  return rates;
}

function each(thousand: ModelPrice[string]): bigint | null {
  return typeof thousand === 'number' ? nano(thousand) / 1_000n : null;
}

function toTieredRate(price: NonNullable<ModelPrice[string]>): TieredRate {
  if (typeof price === 'number') return { base: nano(price), tiers: [] };
  const tiers = price.tiers.map(({ start, price: rate }) => ({ above: start, rate: nano(rate) }));
  return { base: nano(price.base), tiers: tiers.toSorted((a, b) => a.above - b.above) };
}

/** The list writes short decimals; nine places bring back what was written. */
function nano(usd: number): bigint {
  return BigInt(usd.toFixed(9).replace('.', ''));
}

/** A snapshot of the same model: -2024-08-06, -20250929, @20250929, -0709 (month and day), -2506 (year and month). */
const DATE =
  /[-@](20\d\d-\d\d-\d\d|20\d{6}|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])|2\d(0[1-9]|1[0-2])|latest)$/;

/** The list matches by beginnings too, so a model it has never heard of can get its predecessor's price. */
function sourceOf(asked: string, found: string): ListedPrice['source'] {
  return undated(asked) === undated(found) ? 'catalog' : 'prefix';
}

function undated(model: string): string {
  return model.toLowerCase().trim().replace(DATE, '');
}
