/** Money is a whole number of nano-USD inside and a decimal string of USD outside: no float ever holds it. */
const NANO_DIGITS = 9;
const NANO_USD_PER_USD = 10n ** BigInt(NANO_DIGITS);
/** The largest `bigint` of PostgreSQL. */
const MAX_NANO_USD = 2n ** 63n - 1n;
const DECIMAL = /^(\d{1,10})(?:\.(\d{1,9}))?$/;

/**
 * Reads USD such as `"12.50"` or `12.5`; undefined for anything else, above all negative, over-precise and too large amounts.
 * A JSON number is read by the shortest decimal that names it, which is what its writer wrote.
 */
export function parseUsd(amount: unknown): bigint | undefined {
  if (typeof amount !== 'string' && typeof amount !== 'number') return undefined;
  const match = DECIMAL.exec(String(amount));
  if (!match) return undefined;
  const [, whole, fraction = ''] = match;
  const nanoUsd = BigInt(whole!) * NANO_USD_PER_USD + BigInt(fraction.padEnd(NANO_DIGITS, '0'));
  return nanoUsd <= MAX_NANO_USD ? nanoUsd : undefined;
}

/** With cents at least, and never more digits than needed. */
export function formatUsd(nanoUsd: bigint): string {
  const sign = nanoUsd < 0n ? '-' : '';
  const magnitude = nanoUsd < 0n ? -nanoUsd : nanoUsd;
  const fraction = String(magnitude % NANO_USD_PER_USD)
    .padStart(NANO_DIGITS, '0')
    .replace(/0{1,7}$/, '');
  return `${sign}${magnitude / NANO_USD_PER_USD}.${fraction}`;
}
