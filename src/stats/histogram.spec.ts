import fc from 'fast-check';
import { mergeHistograms, quantiles, type Histogram } from './histogram.js';

describe('quantiles', () => {
  it('are those of the values, to within a bucket', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (values, share) => {
          const [found] = quantiles(histogramOf(values), [share])!;
          const sorted = values.toSorted((a, b) => a - b);
          const exact = sorted[Math.ceil(share * values.length - 1e-9) - 1]!;
          expect(found! / exact).toBeGreaterThan(1 / 1.1);
          expect(found! / exact).toBeLessThan(1.1);
        },
      ),
    );
  });

  it('of two halves are those of the whole', () => {
    const merged = mergeHistograms([histogramOf([1, 2, 3]), histogramOf([2, 90])]);
    expect(merged).toEqual(histogramOf([1, 2, 3, 2, 90]));
  });

  it('of the elements of the database are those of its buckets', () => {
    const elements = [3 * 2 ** 32 + 2, 255 * 2 ** 32 + 4_294_967_295];
    expect(mergeHistograms([elements, { 3: 1, 4: 1 }])).toEqual({
      3: 3,
      4: 1,
      255: 4_294_967_295,
    });
  });

  it('of nothing are nothing', () => {
    expect(quantiles({}, [0.5])).toBeNull();
  });

  it('keep their order', () => {
    const [p50, p90, p99] = quantiles(histogramOf([5, 5, 5, 5]), [0.5, 0.9, 0.99])!;
    expect(p50!).toBeLessThanOrEqual(p90!);
    expect(p90!).toBeLessThanOrEqual(p99!);
  });
});

/** As the database fills the buckets. */
function histogramOf(values: readonly number[]): Histogram {
  const histogram: Record<string, number> = {};
  for (const value of values) {
    const bucket = Math.min(255, Math.floor(8 * Math.log2(Math.max(value, 0.0625)) + 32));
    histogram[bucket] = (histogram[bucket] ?? 0) + 1;
  }
  return histogram;
}
