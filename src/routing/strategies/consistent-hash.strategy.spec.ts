import fc from 'fast-check';
import {
  acceptAll,
  CandidateFactory,
  routingRequest,
  SeededChance,
} from '../../../test/support/candidate-factory.js';
import type { Candidate, Candidates } from '../candidate.js';
import { ConsistentHashStrategy } from './consistent-hash.strategy.js';
import type { Picker } from './routing-strategy.js';

const WEIGHTS = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 12 });
const SESSIONS = Array.from({ length: 1_000 }, (_, index) => String(index));

describe('ConsistentHashStrategy', () => {
  it('moves no session but those of an account that is removed', () => {
    fc.assert(
      fc.property(WEIGHTS, fc.nat(), (weights, pick) => {
        const candidates = new CandidateFactory().weighted(weights);
        const gone = candidates[pick % weights.length]!;
        const left = candidates.filter((each) => each !== gone) as unknown as Candidates;
        const [before, after] = [homesOf(over(candidates)), homesOf(over(left))];
        const moved = before.filter((home, index) => home !== gone && home !== after[index]);
        expect(moved).toHaveLength(0);
        expect(before).not.toContain(undefined);
      }),
      { numRuns: 30 },
    );
  });

  it('moves no session but those of an account that is not accepted, and brings them back', () => {
    const candidates = new CandidateFactory().weighted([1, 2, 3, 4]);
    const picker = over(candidates);
    const [before, during, after] = [
      homesOf(picker),
      homesOf(picker, (each) => each !== candidates[1]),
      homesOf(picker),
    ];
    const moved = before.map((home, index) => home !== during[index]);
    expect(moved).toEqual(before.map((home) => home === candidates[1]));
    expect(after.every((home, index) => home === before[index])).toBe(true);
  });

  it('lets no account hold more than 1.25 times its share, however hot a session is', () => {
    const steps = fc.array(fc.record({ session: fc.nat(4), ends: fc.nat(3) }), { maxLength: 200 });
    fc.assert(
      fc.property(WEIGHTS, steps, fc.nat(), (weights, given, mask) => {
        const candidates = new CandidateFactory().weighted(weights);
        const up = candidates.filter((_, index) => index === 0 || (mask >> index) & 1);
        const total = up.reduce((sum, { account }) => sum + account.weight, 0);
        const picker = over(candidates);
        const accepts = (each: Candidate) => up.includes(each);
        // Who is refused counts as present until it is asked for.
        homesOf(picker, accepts);
        const inFlight: Candidate[] = [];
        for (const { session, ends } of given) {
          const picked = picker.pick(routingRequest({ session: String(session) }), accepts)!;
          picked.state.account.load.enter();
          inFlight.push(picked);
          const { account, state } = picked;
          const bound = Math.ceil((1.25 * inFlight.length * account.weight) / total);
          expect(state.account.load.count).toBeLessThanOrEqual(bound);
          if (ends === 0) inFlight.shift()!.state.account.load.leave();
        }
      }),
    );
  });

  it('divides the load among those that are there, and again when others come back', () => {
    const candidates = new CandidateFactory().weighted([1, 1, 1, 1, 1, 1]);
    const up = candidates.slice(3);
    const homes = homesOf(over(up as unknown as Candidates));
    const picker = over(candidates);
    const accepts = (each: Candidate) => up.includes(each);
    homesOf(picker, accepts);
    // 20 of 60 are a fair share of three accounts, and far too many for one of six.
    for (const { state } of up) for (let i = 0; i < 20; i++) state.account.load.enter();
    const during = homesOf(picker, accepts);
    expect(during.every((home, index) => home === homes[index])).toBe(true);
    homesOf(picker);
    expect(homesOf(picker).some((home) => up.includes(home!))).toBe(false);
  });

  it('keeps requests without a session at an account of their tenant', () => {
    const candidates = new CandidateFactory().weighted([1, 1, 1, 1, 1, 1]);
    const picker = over(candidates);
    const homes = Array.from(
      { length: 60 },
      (_, index) =>
        picker.pick(routingRequest({ keyId: `key ${index % 20}` }), acceptAll)!.account.id,
    );
    expect(homes.slice(20, 40)).toEqual(homes.slice(0, 20));
    expect(new Set(homes).size).toBeGreaterThan(3);
  });
});

function over(candidates: Candidates): Picker {
  return new ConsistentHashStrategy(new SeededChance(1)).over(candidates);
}

function homesOf(
  picker: Picker,
  accepts: (each: Candidate) => boolean = acceptAll,
): (Candidate | undefined)[] {
  return SESSIONS.map((session) => picker.pick(routingRequest({ session }), accepts));
}
