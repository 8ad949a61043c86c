import type { Rates, TieredRate } from './rates.js';

/** Baidu charges in CNY. Whoever needs another rate of exchange sets prices of their own. */
const CNY_PER_USD = 7.2;

type Row = readonly [input: number, output: number, cacheRead?: number];

/**
 * CNY for a thousand tokens of calls that are paid by use. The price list that the others come from has none of Baidu, and Baidu has
 * none that a program can read: these are copied by hand from https://cloud.baidu.com/doc/qianfan/s/wmh4sv6ya and may lag behind.
 * Prices of one's own go first. Without a rate for it, what is read from a cache costs as much as any other input.
 */
const PER_THOUSAND: ReadonlyMap<string, Row> = rows({
  // As the page was on 9 July 2026.
  'ernie-5.1': [0.004, 0.018],
  'ernie-5.0': [0.006, 0.024],
  'ernie-5.0-thinking': [0.006, 0.024],
  'ernie-4.5-turbo': [0.0008, 0.0032, 0.0002],
  'ernie-4.5-turbo-128k': [0.0008, 0.0032, 0.0002],
  'ernie-4.5-turbo-vl': [0.003, 0.009],
  'ernie-4.5-turbo-vl-32k': [0.003, 0.009],
  'ernie-x1.1': [0.001, 0.004],
  // As it was in spring 2026.
  'ernie-4.5-turbo-32k': [0.0008, 0.0032],
  'ernie-4.5-8k': [0.004, 0.016],
  'ernie-4.5-21b-a3b': [0.0005, 0.002],
  'ernie-4.5-21b-a3b-thinking': [0.0005, 0.002],
  'ernie-4.5-0.3b': [0.0001, 0.0004],
  'ernie-4.5-vl-28b-a3b': [0.001, 0.004],
  'ernie-x1-turbo': [0.001, 0.004],
  'ernie-x1-turbo-32k': [0.001, 0.004],
  'ernie-x1-32k': [0.001, 0.004],
  'ernie-4.0-8k': [0.03, 0.09],
  'ernie-4.0-turbo-8k': [0.02, 0.06],
  'ernie-4.0-turbo-128k': [0.02, 0.06],
  'ernie-3.5-8k': [0.0008, 0.002],
  'ernie-3.5-128k': [0.0008, 0.002],
  'ernie-speed-pro-128k': [0.0003, 0.0006],
  'ernie-lite-pro-128k': [0.0002, 0.0004],
  'ernie-char-8k': [0.0003, 0.0006],
  'ernie-char-fiction-8k': [0.0003, 0.0006],
  'ernie-novel-8k': [0.04, 0.12],
  // Free of charge since 2024 and not on the page any more.
  'ernie-speed-8k': [0, 0],
  'ernie-speed-128k': [0, 0],
  'ernie-lite-8k': [0, 0],
  'ernie-tiny-8k': [0, 0],
});

/** What the whole request costs once its input is longer than "32k", by which the page does not say whether it means 32,000. */
const LONG_INPUT = 32_768;
const PER_THOUSAND_LONG: ReadonlyMap<string, Row> = rows({
  'ernie-5.1': [0.006, 0.022],
  'ernie-5.0': [0.01, 0.04],
  'ernie-5.0-thinking': [0.01, 0.04],
});

/** Endings of names that the page has beside the model's own, at the same price. */
const ALIAS = /-(latest|preview|exp)$/;
/** Of these the page names the newest at most. */
const SNAPSHOT = /-(\d{4}|20\d{6})$/;

export interface ErniePrice {
  readonly rates: Rates;
  /** Whether the model itself is listed, and not only the one that it is a snapshot of. */
  readonly isExact: boolean;
}

/** Null for a model Baidu lists no price of. */
export function erniePrice(model: string): ErniePrice | null {
  const name = model.toLowerCase().replace(ALIAS, '');
  const own = ratesOf(name);
  const rates = own ?? ratesOf(name.replace(SNAPSHOT, ''));
  return rates && { rates, isExact: own !== null };
}

/** Models are named by clients: an object would know a `constructor` too. */
function rows(table: Readonly<Record<string, Row>>): ReadonlyMap<string, Row> {
  return new Map(Object.entries(table));
}

function ratesOf(name: string): Rates | null {
  const [input, output, cacheRead] = PER_THOUSAND.get(name) ?? [];
  if (input === undefined || output === undefined) return null;
  const [longInput, longOutput] = PER_THOUSAND_LONG.get(name) ?? [];
  return {
    input: tiered(input, longInput),
    output: tiered(output, longOutput),
    ...(cacheRead !== undefined && { cacheRead: tiered(cacheRead) }),
  };
}

function tiered(cnyPerThousand: number, long?: number): TieredRate {
  const tiers = long === undefined ? [] : [{ above: LONG_INPUT, rate: rate(long) }];
  return { base: rate(cnyPerThousand), tiers };
}

/** Nano-USD for a million tokens. */
function rate(cnyPerThousand: number): bigint {
  return BigInt(Math.round((cnyPerThousand * 1_000 * 1e9) / CNY_PER_USD));
}
