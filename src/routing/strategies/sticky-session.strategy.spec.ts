import fc from 'fast-check';
import {
  acceptAll,
  CandidateFactory,
  routingRequest,
  SeededChance,
} from '../../../test/support/candidate-factory.js';
import { FakeClock } from '../../../test/support/fake-clock.js';
import type { Candidates } from '../candidate.js';
import { StickySessionStrategy } from './sticky-session.strategy.js';

describe('StickySessionStrategy', () => {
  it('moves a session only when its account is not accepted, and keeps it where it moved to', () => {
    const steps = fc.array(fc.record({ session: fc.nat(20), mask: fc.nat(255) }), {
      maxLength: 150,
    });
    fc.assert(
      fc.property(steps, (given) => {
        const candidates = new CandidateFactory().weighted([1, 2, 3, 1, 1, 5, 1, 1]);
        const picker = strategy().over(candidates);
        const homes = new Map<number, string>();
        for (const { session, mask } of given) {
          const up = candidates
            .filter((_, index) => (mask >> index) & 1)
            .map(({ account }) => account.id);
          const request = routingRequest({ session: String(session) });
          const id = picker.pick(request, ({ account }) => up.includes(account.id))?.account.id;
          const home = homes.get(session);
          const stays = home !== undefined && up.includes(home);
          expect(stays ? id : home).toBe(home);
          if (id !== undefined) homes.set(session, id);
        }
      }),
    );
  });

  it('leaves sessions where they are when accounts are added', () => {
    const sticky = strategy();
    const candidates = new CandidateFactory().weighted([1, 1, 1]);
    const before = homesOf(sticky, candidates);
    const added = new CandidateFactory().one({ id: 'new', weight: 10 });
    expect(homesOf(sticky, [...candidates, added])).toEqual(before);
    expect(homesOf(strategy(), [...candidates, added])).toContain('new');
  });

  it('moves the sessions of an account that is removed, and no others', () => {
    const sticky = strategy();
    const candidates = new CandidateFactory().weighted([1, 1, 1, 1]);
    const before = homesOf(sticky, candidates);
    const after = homesOf(sticky, candidates.slice(1) as unknown as Candidates);
    expect(before).toContain('0');
    const moved = before.map((home, index) => home !== after[index]);
    expect(moved).toEqual(before.map((home) => home === '0'));
  });

  it('places a new session at the same account in every instance, by weight', () => {
    const candidates = new CandidateFactory().weighted([1, 1, 6]);
    const [one, other] = [1, 2].map((seed) => homesOf(strategy(seed), candidates));
    expect(one).toEqual(other);
    const share = one!.filter((id) => id === '2').length / one!.length;
    expect(share).toBeGreaterThan(0.6);
    expect(share).toBeLessThan(0.9);
  });

  it("keeps one key's sessions apart from another's, and models of a session", () => {
    const candidates = new CandidateFactory().weighted([1, 1, 1, 1, 1, 1, 1, 1]);
    const picker = strategy().over(candidates);
    const homes = Array.from({ length: 40 }, (_, key) => {
      const request = routingRequest({ keyId: `key ${key}`, session: 'same' });
      return picker.pick(request, acceptAll)!.account.id;
    });
    expect(new Set(homes).size).toBeGreaterThan(3);
    const small = routingRequest({ keyId: 'key 0', session: 'same', model: 'small' });
    expect(picker.pick(small, ({ account }) => account.id !== homes[0])?.account.id).not.toBe(
      homes[0],
    );
    const large = routingRequest({ keyId: 'key 0', session: 'same' });
    expect(picker.pick(large, acceptAll)?.account.id).toBe(homes[0]);
  });

  it('spreads requests without a session by weight and load', () => {
    const candidates = new CandidateFactory().weighted([1, 1, 2]);
    const picker = strategy().over(candidates);
    for (let i = 0; i < 400; i++) {
      picker.pick(routingRequest(), acceptAll)!.state.account.load.enter();
    }
    const counts = candidates.map(({ state }) => state.account.load.count);
    for (const [index, fair] of [100, 100, 200].entries()) {
      expect(Math.abs(counts[index]! - fair)).toBeLessThan(15);
    }
  });
});

function strategy(seed = 1): StickySessionStrategy {
  return new StickySessionStrategy(new FakeClock(), new SeededChance(seed));
}

function homesOf(sticky: StickySessionStrategy, candidates: Candidates): string[] {
  const picker = sticky.over(candidates);
  return Array.from({ length: 200 }, (_, session) => {
    const request = routingRequest({ session: String(session) });
    return picker.pick(request, acceptAll)!.account.id;
  });
}
