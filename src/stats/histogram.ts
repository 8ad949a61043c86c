/** Counts by bucket, as the roll-ups keep them; a missing bucket is empty. */
export type Histogram = Readonly<Record<string, number>>;

const BUCKETS_PER_DOUBLING = 8;
const HALF = 2 ** 32;
/** Where bucket 0 begins: 2^-4. */
const FIRST_EXPONENT = -4;

/**
 * Values below which the given shares of all lie, to within the 9 % that a bucket is wide. Null without any value.
 * @param shares ascending, 0 to 1
 */
export function quantiles(histogram: Histogram, shares: readonly number[]): number[] | null {
  // Names of an object that are whole numbers come in their order.
  const buckets = Object.keys(histogram);
  let total = 0;
  for (const bucket of buckets) total += histogram[bucket]!;
  if (total === 0) return null;
  let index = 0;
  let below = 0;
  return shares.map((share) => {
    const rank = share * total;
    while (index < buckets.length - 1 && below + histogram[buckets[index]!]! < rank) {
      below += histogram[buckets[index++]!]!;
    }
    const bucket = buckets[index]!;
    return lowerBound(Number(bucket) + Math.min(1, (rank - below) / histogram[bucket]!));
  });
}

/** As the roll-ups have them: the bucket in the upper half of each number, the count in the lower. */
export type HistogramElements = readonly number[];

/** What several histograms hold together. */
export function mergeHistograms(histograms: readonly (Histogram | HistogramElements)[]): Histogram {
  const sums: Record<number, number> = {};
  const add = (bucket: number, count: number): void => {
    sums[bucket] = (sums[bucket] ?? 0) + count;
  };
  for (const histogram of histograms) {
    if (isElements(histogram)) {
      for (const element of histogram) add(Math.floor(element / HALF), element % HALF);
    } else {
      for (const name of Object.keys(histogram)) add(Number(name), histogram[name]!);
    }
  }
  return sums;
}

function isElements(histogram: Histogram | HistogramElements): histogram is HistogramElements {
  return Array.isArray(histogram);
}

function lowerBound(bucket: number): number {
  return 2 ** (bucket / BUCKETS_PER_DOUBLING + FIRST_EXPONENT);
}
