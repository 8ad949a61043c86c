export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

export function summarise(values: readonly number[]): Percentiles {
  const sorted = Float64Array.from(values).sort();
  return { p50: at(sorted, 0.5), p90: at(sorted, 0.9), p99: at(sorted, 0.99) };
}

export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** One figure of several rounds, and how far the rounds agree. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function figureOf(rounds: readonly number[]): Figure | null {
  const known = rounds.filter(Number.isFinite);
  if (known.length === 0) return null;
  return { median: median(known), min: Math.min(...known), max: Math.max(...known) };
}

/** Nearest rank; NaN of nothing. */
function at(sorted: Float64Array, quantile: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * quantile) - 1)] ?? NaN;
}
