import fc from 'fast-check';
import {
  acceptAll,
  CandidateFactory,
  routingRequest,
  SeededChance,
} from '../../../test/support/candidate-factory.js';
import { RoundRobinStrategy } from './round-robin.strategy.js';

const request = routingRequest();

describe('RoundRobinStrategy', () => {
  it('picks each accepted candidate once in every turn, in the same order, whatever their weights', () => {
    const sets = fc.array(fc.record({ weight: fc.integer({ min: 1, max: 9 }), up: fc.boolean() }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(sets, fc.nat(), (given, seed) => {
        const candidates = new CandidateFactory().weighted(given.map(({ weight }) => weight));
        const up = candidates.filter((_, index) => given[index]!.up);
        const picker = new RoundRobinStrategy(new SeededChance(seed)).over(candidates);
        const turn = () =>
          up.map(() => picker.pick(request, (each) => up.includes(each))?.account.id);
        const first = turn();
        expect(first).toHaveLength(new Set(first).size);
        for (let i = 0; i < 5; i++) expect(turn()).toEqual(first);
      }),
    );
  });

  it('passes over nobody who is accepted for longer than two turns, whoever else is', () => {
    const masks = fc.array(fc.bigInt({ min: 0n, max: 2n ** 60n - 1n }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), masks, fc.nat(), (size, given, seed) => {
        const candidates = new CandidateFactory().weighted(Array.from({ length: size }, () => 1));
        const [always] = candidates;
        const picker = new RoundRobinStrategy(new SeededChance(seed)).over(candidates);
        let [waited, longest] = [0, 0];
        for (let i = 0; i < 10 * size; i++) {
          const mask = given[i % given.length]!;
          const picked = picker.pick(
            request,
            ({ account }) =>
              account === always.account || ((mask >> BigInt(account.id)) & 1n) === 1n,
          );
          waited = picked === always ? 0 : waited + 1;
          longest = Math.max(longest, waited);
        }
        expect(longest).toBeLessThan(2 * size);
      }),
    );
  });

  it('starves nobody when other requests accept only some', () => {
    // What follows a request that only '0' can serve would always land on '1' if passing over somebody cost it its turn.
    const candidates = new CandidateFactory().weighted([1, 1, 1]);
    const picker = new RoundRobinStrategy(new SeededChance(1)).over(candidates);
    const counts = { '0': 0, '1': 0, '2': 0 };
    for (let i = 0; i < 300; i++) {
      const picked = picker.pick(request, i % 2 ? (each) => each === candidates[0] : acceptAll);
      if (i % 2 === 0) counts[picked!.account.id as '0']++;
    }
    expect(counts['1']).toBeGreaterThan(40);
    expect(counts['2']).toBeGreaterThan(40);
  });

  it('lets one that was away make up for nothing', () => {
    const candidates = new CandidateFactory().weighted([1, 1, 1]);
    const picker = new RoundRobinStrategy(new SeededChance(1)).over(candidates);
    for (let i = 0; i < 100; i++) picker.pick(request, (each) => each !== candidates[0]);
    const picked = Array.from({ length: 6 }, () => picker.pick(request, acceptAll));
    expect(picked.filter((each) => each === candidates[0]).length).toBe(2);
  });

  it('notices one that is back among many that are not, when few are left', () => {
    const candidates = new CandidateFactory().weighted(Array.from({ length: 200 }, () => 1));
    const picker = new RoundRobinStrategy(new SeededChance(1)).over(candidates);
    const up = new Set([candidates[0]]);
    for (let i = 0; i < 10; i++) picker.pick(request, (each) => up.has(each));
    up.add(candidates[150]!);
    const picked = Array.from({ length: 3 }, () => picker.pick(request, (each) => up.has(each)));
    expect(picked.includes(candidates[150])).toBe(true);
  });

  it('begins with different accounts in different processes', () => {
    const candidates = new CandidateFactory().weighted([1, 1, 1, 1]);
    const firsts = Array.from({ length: 400 }, (_, seed) =>
      new RoundRobinStrategy(new SeededChance(seed)).over(candidates).pick(request, acceptAll),
    );
    for (const candidate of candidates) {
      const share = firsts.filter((each) => each === candidate).length / firsts.length;
      expect(share).toBeGreaterThan(0.1);
      expect(share).toBeLessThan(0.45);
    }
  });
});
