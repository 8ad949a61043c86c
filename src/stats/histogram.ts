/** Counts by bucket, as the roll-ups keep them; a missing bucket is empty. */
export type Histogram = Readonly<Record<string, number>>;

const BUCKETS_PER_DOUBLING = 8;
/** Where bucket 0 begins: 2^-4. */
const FIRST_EXPONENT = -4;

/**
 * Values below which the given shares of all lie, to within the 9 % that a bucket is wide. Null without any value.
 * @param shares ascending, 0 to 1
 */
export function quantiles(histogram: Histogram, shares: readonly number[]): number[] | null {
  const buckets = Object.entries(histogram)
    .map(([bucket, count]) => ({ bucket: Number(bucket), count }))
    .toSorted((a, b) => a.bucket - b.bucket);
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  return shares.map((share) => {
    let below = 0;
    for (const { bucket, count } of buckets) {
      if (below + count >= share * total) {
        return lowerBound(bucket + (share * total - below) / count);
      }
      below += count;
    }
    return lowerBound(buckets.at(-1)!.bucket + 1);
  });
}

function lowerBound(bucket: number): number {
  return 2 ** (bucket / BUCKETS_PER_DOUBLING + FIRST_EXPONENT);
}
