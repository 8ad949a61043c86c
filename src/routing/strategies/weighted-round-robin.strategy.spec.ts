import fc from 'fast-check';
import type { Candidate, Candidates } from '../candidate.js';
import { WeightedRoundRobinStrategy } from './weighted-round-robin.strategy.js';

function candidates(weights: readonly number[]): Candidates {
  const all = weights.map(
    (weight, index) => ({ account: { id: String(index), weight }, model: 'm' }) as Candidate,
  );
  return all as unknown as Candidates;
}

const request = { requestedModel: 'm' };

describe('WeightedRoundRobinStrategy', () => {
  it('interleaves instead of sending runs to the heaviest', () => {
    const strategy = new WeightedRoundRobinStrategy();
    const pool = candidates([5, 1, 1]);
    const picked = Array.from({ length: 7 }, () => strategy.pick(pool, request).account.id);
    expect(picked.join('')).toBe('0010200');
  });

  it('gives each account exactly its weight in every full turn', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(weights, (given) => {
        const strategy = new WeightedRoundRobinStrategy();
        const pool = candidates(given);
        const counts = given.map(() => 0);
        const turn = given.reduce((sum, weight) => sum + weight);
        for (let i = 0; i < turn; i++) counts[Number(strategy.pick(pool, request).account.id)]!++;
        expect(counts).toEqual(given);
      }),
    );
  });
});
