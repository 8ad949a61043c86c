import fc from 'fast-check';
import {
  acceptAll,
  CandidateFactory,
  routingRequest,
  SeededChance,
} from '../../../test/support/candidate-factory.js';
import { LeastConnectionsStrategy } from './least-connections.strategy.js';
import { relativeLoad } from './relative-load.js';

const request = routingRequest();

describe('LeastConnectionsStrategy', () => {
  it('picks exactly the least loaded for its weight, whatever comes, goes and is refused', () => {
    const sets = fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 16 });
    const steps = fc.array(fc.record({ index: fc.nat(), enters: fc.boolean(), mask: fc.nat() }), {
      maxLength: 100,
    });
    fc.assert(
      fc.property(sets, steps, (weights, given) => {
        const candidates = new CandidateFactory().weighted(weights);
        const picker = new LeastConnectionsStrategy(new SeededChance(1)).over(candidates);
        for (const { index, enters, mask } of given) {
          const { load } = candidates[index % candidates.length]!.state.account;
          if (enters) load.enter();
          else if (load.count > 0) load.leave();
          const up = candidates.filter((_, place) => (mask >> place) & 1);
          const picked = picker.pick(request, (each) => up.includes(each));
          const least = Math.min(...up.map(relativeLoad));
          expect(picked ? relativeLoad(picked) : Infinity).toBe(least);
        }
      }),
      { examples: [[[1, 2, 1, 1, 2], [0, 0b11100, 0b01100, 0b01011].map(refusing)]] },
    );
  });

  it('takes turns among equals', () => {
    const candidates = new CandidateFactory().weighted([2, 2, 2, 2]);
    const picker = new LeastConnectionsStrategy(new SeededChance(1)).over(candidates);
    const picked = Array.from({ length: 8 }, () => picker.pick(request, acceptAll)!.account.id);
    expect(new Set(picked.slice(0, 4)).size).toBe(4);
    expect(picked.slice(4)).toEqual(picked.slice(0, 4));
  });

  it('holds as many requests at each account as its weight, when all take equally long', () => {
    const candidates = new CandidateFactory().weighted([1, 2, 5]);
    const picker = new LeastConnectionsStrategy(new SeededChance(1)).over(candidates);
    for (let i = 0; i < 80; i++) picker.pick(request, acceptAll)!.state.account.load.enter();
    expect(candidates.map(({ state }) => state.account.load.count)).toEqual([10, 20, 50]);
  });

  it('counts requests of other models of the account', () => {
    const candidates = new CandidateFactory().weighted([1, 1]);
    candidates[0].state.account.load.enter();
    const picker = new LeastConnectionsStrategy(new SeededChance(1)).over(candidates);
    expect(picker.pick(request, acceptAll)?.account.id).toBe('1');
    expect(picker.score!(candidates[0], request)).toBe(2);
  });
});

/** A step in which nothing changes but who is accepted. */
function refusing(mask: number) {
  return { index: 0, enters: false, mask };
}
