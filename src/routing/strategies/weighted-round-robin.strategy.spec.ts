import fc from 'fast-check';
import {
  acceptAll,
  CandidateFactory,
  routingRequest,
  SeededChance,
} from '../../../test/support/candidate-factory.js';
import type { Chance } from '../../common/chance.js';
import { WeightedRoundRobinStrategy } from './weighted-round-robin.strategy.js';

const request = routingRequest();
const AT_THE_BEGINNING: Chance = { next: () => 0 };
const WEIGHTS = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 12 });

describe('WeightedRoundRobinStrategy', () => {
  it('interleaves instead of sending runs to the heaviest', () => {
    const candidates = new CandidateFactory().weighted([5, 1, 1]);
    const picker = new WeightedRoundRobinStrategy(AT_THE_BEGINNING).over(candidates);
    const picked = Array.from({ length: 14 }, () => picker.pick(request, acceptAll)?.account.id);
    expect(picked.join('')).toBe('01000200100020');
  });

  it('gives each account exactly its weight in every full turn, wherever it begins', () => {
    fc.assert(
      fc.property(WEIGHTS, fc.nat(), (weights, seed) => {
        const candidates = new CandidateFactory().weighted(weights);
        const picker = new WeightedRoundRobinStrategy(new SeededChance(seed)).over(candidates);
        const turn = weights.reduce((sum, weight) => sum + weight);
        for (let turns = 0; turns < 4; turns++) {
          const counts = weights.map(() => 0);
          for (let i = 0; i < turn; i++)
            counts[Number(picker.pick(request, acceptAll)!.account.id)]!++;
          expect(counts).toEqual(weights);
        }
      }),
    );
  });

  it('keeps every account close to its share at any moment', () => {
    const many = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(many, fc.nat(), (weights, seed) => {
        const candidates = new CandidateFactory().weighted(weights);
        const picker = new WeightedRoundRobinStrategy(new SeededChance(seed)).over(candidates);
        const turn = weights.reduce((sum, weight) => sum + weight);
        const counts = weights.map(() => 0);
        let furthest = 0;
        for (let i = 1; i <= turn; i++) {
          counts[Number(picker.pick(request, acceptAll)!.account.id)]!++;
          for (const [index, weight] of weights.entries()) {
            const share = weight / turn;
            // Each is less than one pick off the time, and by all of them together the time is off the number of picks.
            const bound = 1 + share * weights.length;
            furthest = Math.max(furthest, Math.abs(counts[index]! - i * share) / bound);
          }
        }
        expect(furthest).toBeLessThan(1);
      }),
      { examples: [[[19, 3, 1, 1, 1, 1, 5, 2, 1], 1_915_640_921]] },
    );
  });

  it('divides the turns of those that are away by weight, and gives them none back', () => {
    fc.assert(
      fc.property(WEIGHTS, fc.nat(), fc.nat(), (weights, seed, mask) => {
        const candidates = new CandidateFactory().weighted([...weights, 3]);
        const up = candidates.filter((_, index) => index === weights.length || (mask >> index) & 1);
        const picker = new WeightedRoundRobinStrategy(new SeededChance(seed)).over(candidates);
        const turn = (of: readonly { account: { weight: number } }[]) =>
          of.reduce((sum, { account }) => sum + account.weight, 0);
        for (let i = 0; i < 3 * turn(up); i++) picker.pick(request, (each) => up.includes(each));
        for (const [set, turns] of [
          [up, 1],
          [candidates, 2],
        ] as const) {
          const picked = Array.from({ length: turns * turn(set) }, () =>
            picker.pick(request, (each) => set.includes(each)),
          );
          for (const candidate of set) {
            const count = picked.filter((each) => each === candidate).length;
            expect(Math.abs(count - turns * candidate.account.weight)).toBeLessThanOrEqual(1);
          }
        }
      }),
    );
  });
});
