import fc from 'fast-check';
import {
  acceptAll,
  CandidateFactory,
  routingRequest,
  SeededChance,
} from '../../../test/support/candidate-factory.js';
import { RandomStrategy } from './random.strategy.js';
import type { Accepts } from './routing-strategy.js';

const PICKS = 8_000;
const WEIGHTS = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 12 });

describe('RandomStrategy', () => {
  it('picks in proportion to weight', () => {
    fc.assert(
      fc.property(WEIGHTS, fc.nat(), (weights, seed) => {
        expect(furthest({ weights, seed, isUp: () => true })).toBeLessThan(5);
      }),
      // Statistics of fixed draws: another seed could be the one in a million that is off.
      { seed: 20_261_121, numRuns: 20 },
    );
  });

  it('keeps the proportions among those that are accepted, few or many', () => {
    fc.assert(
      fc.property(WEIGHTS, fc.nat(), fc.nat(), (weights, seed, mask) => {
        expect(
          furthest({
            weights: [1, ...weights],
            seed,
            isUp: (index) => index === 0 || ((mask >> index) & 1) === 1,
          }),
        ).toBeLessThan(5);
      }),
      { seed: 20_261_121, numRuns: 20 },
    );
  });
});

/** How many standard deviations the count furthest from its share is away from it. */
function furthest(given: {
  weights: readonly number[];
  seed: number;
  isUp: (index: number) => boolean;
}): number {
  const candidates = new CandidateFactory().weighted(given.weights);
  const up = new Set(candidates.filter((_, index) => given.isUp(index)));
  const accepts: Accepts = up.size === candidates.length ? acceptAll : (each) => up.has(each);
  const picker = new RandomStrategy(new SeededChance(given.seed)).over(candidates);
  const counts = new Map([...up].map((each) => [each, 0]));
  for (let i = 0; i < PICKS; i++) {
    const picked = picker.pick(routingRequest(), accepts)!;
    counts.set(picked, counts.get(picked)! + 1);
  }
  const total = [...up].reduce((sum, { account }) => sum + account.weight, 0);
  const distances = [...counts].map(([{ account }, count]) => {
    const share = account.weight / total;
    // One more, for shares of nearly nothing.
    return Math.abs(count - PICKS * share) / (1 + Math.sqrt(PICKS * share * (1 - share)));
  });
  return Math.max(...distances);
}
