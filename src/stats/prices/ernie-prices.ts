import type { Rates, TieredRate } from './rates.js';

/** Baidu charges in CNY. Whoever needs another rate of exchange sets prices of their own. */
const CNY_PER_USD = 7.2;

/**
 * CNY for a thousand tokens, input and output, of calls that are paid by use. The price list that the others come from has none of
 * Baidu, and Baidu has none that a program can read: these are collected by hand (autumn 2026) and may lag behind. Prices of one's
 * own go first.
 */
const PER_THOUSAND: Readonly<Record<string, readonly [input: number, output: number]>> = {
  'ernie-4.5-turbo': [0.0008, 0.0032],
  'ernie-4.5-turbo-32k': [0.0008, 0.0032],
  'ernie-4.5-turbo-128k': [0.0008, 0.0032],
  'ernie-4.5-turbo-vl': [0.003, 0.009],
  'ernie-4.5-turbo-vl-32k': [0.003, 0.009],
  'ernie-4.5-8k': [0.004, 0.016],
  'ernie-4.5-21b-a3b': [0.0005, 0.002],
  'ernie-4.5-21b-a3b-thinking': [0.0005, 0.002],
  'ernie-4.5-0.3b': [0.0001, 0.0004],
  'ernie-4.5-vl-28b-a3b': [0.001, 0.004],
  'ernie-x1.1': [0.001, 0.004],
  'ernie-x1-turbo': [0.001, 0.004],
  'ernie-x1-turbo-32k': [0.001, 0.004],
  'ernie-x1-32k': [0.001, 0.004],
  'ernie-4.0-8k': [0.03, 0.09],
  'ernie-4.0-turbo-8k': [0.02, 0.06],
  'ernie-4.0-turbo-128k': [0.02, 0.06],
  'ernie-3.5-8k': [0.0008, 0.002],
  'ernie-3.5-128k': [0.0008, 0.002],
  'ernie-speed-8k': [0, 0],
  'ernie-speed-128k': [0, 0],
  'ernie-speed-pro-128k': [0.0003, 0.0006],
  'ernie-lite-8k': [0, 0],
  'ernie-lite-pro-128k': [0.0002, 0.0004],
  'ernie-tiny-8k': [0, 0],
  'ernie-char-8k': [0.0003, 0.0006],
  'ernie-char-fiction-8k': [0.0003, 0.0006],
  'ernie-novel-8k': [0.04, 0.12],
  'embedding-v1': [0.0005, 0],
  'bge-large-zh': [0.0005, 0],
  'tao-8k': [0.0005, 0],
};

/** ERNIE 5.0 costs more for the whole request when its input is longer. */
const LONG_INPUT = { above: 32_768, input: 0.01, output: 0.04 };
const ERNIE_5: Rates = {
  input: { base: rate(0.006), tiers: [{ above: LONG_INPUT.above, rate: rate(LONG_INPUT.input) }] },
  output: {
    base: rate(0.024),
    tiers: [{ above: LONG_INPUT.above, rate: rate(LONG_INPUT.output) }],
  },
};

/** Endings of names that stand for a release of the same model. */
const RELEASE = /-(latest|preview|exp|\d{4}|20\d{6})$/;

export interface ErniePrice {
  readonly rates: Rates;
  /** Whether the model itself is listed, and not only the one that it is a release of. */
  readonly isExact: boolean;
}

/** Null for a model Baidu lists no price of. */
export function erniePrice(model: string): ErniePrice | null {
  const name = model.toLowerCase();
  const family = name.replace(RELEASE, '');
  if (/^ernie-5\.0(-thinking)?$/.test(family)) return { rates: ERNIE_5, isExact: true };
  const listed = PER_THOUSAND[name] ?? PER_THOUSAND[family];
  if (!listed) return null;
  const [input, output] = listed;
  return { rates: { input: flat(input), output: flat(output) }, isExact: name in PER_THOUSAND };
}

function flat(cnyPerThousand: number): TieredRate {
  return { base: rate(cnyPerThousand), tiers: [] };
}

/** Nano-USD for a million tokens. */
function rate(cnyPerThousand: number): bigint {
  return BigInt(Math.round((cnyPerThousand * 1_000 * 1e9) / CNY_PER_USD));
}
