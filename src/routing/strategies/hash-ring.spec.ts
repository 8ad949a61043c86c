import fc from 'fast-check';
import { CandidateFactory } from '../../../test/support/candidate-factory.js';
import type { Candidates } from '../candidate.js';
import { HashRing, stringHash } from './hash-ring.js';

const NONE = new Set<number>();
const KEYS = Array.from({ length: 4_000 }, (_, index) => stringHash(`session ${index}`));
const WEIGHTS = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 2, maxLength: 10 });

describe('HashRing', () => {
  it('moves the keys of an account that is taken away, and no others', () => {
    fc.assert(
      fc.property(WEIGHTS, fc.nat(), (weights, pick) => {
        const candidates = new CandidateFactory().weighted(weights);
        const [before, gone] = [new HashRing(candidates), pick % weights.length];
        const left = candidates.filter((_, index) => index !== gone) as unknown as Candidates;
        const after = new HashRing(left);
        const moved = KEYS.filter((key) => {
          const owner = before.ownerOf(key, NONE);
          return owner !== gone && candidates[owner] !== left[after.ownerOf(key, NONE)];
        });
        expect(moved).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('sees an account that is passed as if it had been taken away', () => {
    fc.assert(
      fc.property(WEIGHTS, fc.nat(), (weights, pick) => {
        const candidates = new CandidateFactory().weighted(weights);
        const passed = pick % weights.length;
        const left = candidates.filter((_, index) => index !== passed) as unknown as Candidates;
        const [all, without] = [new HashRing(candidates), new HashRing(left)];
        const others = KEYS.slice(0, 500).filter((key) => {
          const owner = candidates[all.ownerOf(key, new Set([passed]))];
          return owner !== left[without.ownerOf(key, NONE)];
        });
        expect(others).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('gives each account a share like its weight', () => {
    fc.assert(
      fc.property(WEIGHTS, (weights) => {
        const ring = new HashRing(new CandidateFactory().weighted(weights));
        const counts = weights.map(() => 0);
        for (const key of KEYS) counts[ring.ownerOf(key, NONE)]!++;
        const total = weights.reduce((sum, weight) => sum + weight);
        for (const [index, weight] of weights.entries()) {
          const fair = (KEYS.length * weight) / total;
          // A point is one of 128, and a key one of 4,000: five deviations of both.
          expect(Math.abs(counts[index]! - fair)).toBeLessThan(
            5 * (fair / Math.sqrt(128) + Math.sqrt(fair) + 1),
          );
        }
      }),
      { numRuns: 50 },
    );
  });

  it('has no owner when all are passed', () => {
    const ring = new HashRing(new CandidateFactory().weighted([1, 2]));
    expect(ring.ownerOf(KEYS[0]!, new Set([0, 1]))).toBe(-1);
  });
});
