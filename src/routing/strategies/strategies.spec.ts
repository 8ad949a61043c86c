import fc from 'fast-check';
import {
  acceptAll,
  CandidateFactory,
  PriceList,
  routingRequest,
  SeededChance,
} from '../../../test/support/candidate-factory.js';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { createStrategies } from '../../../test/support/create-strategies.js';
import { STRATEGY_NAMES } from '../../config/strategy-names.js';
import type { Candidate, Candidates } from '../candidate.js';
import { DEFAULT_STRATEGY } from './index.js';
import type { Picker, RoutingRequest, RoutingStrategy } from './routing-strategy.js';

describe('ROUTING_STRATEGIES', () => {
  it('are the nine that the configuration knows, the default among them', () => {
    const names = create().map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set(STRATEGY_NAMES));
    expect(names).toContain(DEFAULT_STRATEGY);
  });
});

describe.each(STRATEGY_NAMES)('%s', (name) => {
  it('picks an accepted candidate whenever there is one, and never another', () => {
    const sizes = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(sizes, fc.nat(), fc.array(fc.nat(), { maxLength: 30 }), (size, seed, masks) => {
        const { picker, candidates } = setUp(name, size, seed);
        for (const mask of [...masks, 0]) {
          const accepted = new Set(candidates.filter((_, index) => isIn(mask, index)));
          const picked = picker.pick(requestOf(mask), (candidate) => accepted.has(candidate));
          expect(picked ? accepted.has(picked) : accepted.size === 0).toBe(true);
          if (picked && mask % 2) picked.state.account.load.enter();
        }
        picker.close?.();
      }),
    );
  });

  it('finds the only accepted one of a thousand, again and again', () => {
    const { picker, candidates } = setUp(name, 1_000, 7);
    for (const only of [candidates[0], candidates[617]!, candidates[999]!, candidates[0]]) {
      const picked = picker.pick(routingRequest({ session: 's' }), (each) => each === only);
      expect(picked?.account.id).toBe(only.account.id);
    }
  });

  it('takes up one that is accepted again', () => {
    const { picker, candidates } = setUp(name, 4, 3);
    const [back] = candidates;
    for (let i = 0; i < 50; i++) picker.pick(requestOf(i), (each) => each !== back);
    const picked = Array.from({ length: 100 }, (_, i) => {
      const candidate = picker.pick(requestOf(i), acceptAll)!;
      candidate.state.account.load.enter();
      return candidate.account.id;
    });
    expect(picked).toContain(back.account.id);
  });

  it.each([
    ['all are accepted', () => true],
    ['half of them are', (index: number) => index % 2 === 0],
  ])('looks at no more of 1,000 candidates than of 100 when %s', (_, isAccepted) => {
    const [few, many] = [100, 1_000].map((size) => looksPerPick(name, size, isAccepted));
    expect(many!).toBeLessThan(2 * few! + 40);
    expect(many!).toBeLessThan(250);
  });

  it('listens to no account after it has been closed', () => {
    const { picker, candidates } = setUp(name, 3, 1);
    let ended = 0;
    const { load } = candidates[0].state.account;
    const watch = load.watch.bind(load);
    let watches = 0;
    load.watch = (listener) => {
      watches++;
      const end = watch(listener);
      return () => {
        ended++;
        end();
      };
    };
    const second = find(name, create()).over(candidates);
    second.close?.();
    picker.close?.();
    expect(ended).toBe(watches);
  });
});

/** How often a pick reads something of a candidate or asks whether it is accepted, on average, once it has got going. */
function looksPerPick(name: string, size: number, isAccepted: (index: number) => boolean): number {
  let looks = 0;
  const candidates = candidatesOf(size, 5).map((candidate) => ({
    model: candidate.model,
    get account() {
      looks++;
      return candidate.account;
    },
    get state() {
      looks++;
      return candidate.state;
    },
  })) as unknown as Candidates;
  const accepted = new Set<Candidate>(candidates.filter((_, index) => isAccepted(index)));
  const picker = find(name, create()).over(candidates);
  const inFlight: Candidate[] = [];
  const picks = (count: number) => {
    for (let i = 0; i < count; i++) {
      const picked = picker.pick(requestOf(i), (candidate) => {
        looks++;
        return accepted.has(candidate);
      });
      picked!.state.account.load.enter();
      inFlight.push(picked!);
      if (inFlight.length > 50) inFlight.shift()!.state.account.load.leave();
    }
  };
  // Who is refused must be met once before it can be avoided.
  picks(2 * size);
  looks = 0;
  picks(1_000);
  return looks / 1_000;
}

function setUp(
  name: string,
  size: number,
  seed: number,
): { picker: Picker; candidates: Candidates } {
  const candidates = candidatesOf(size, seed);
  return { picker: find(name, create(seed)).over(candidates), candidates };
}

function candidatesOf(size: number, seed: number): Candidates {
  const weights = Array.from({ length: size }, (_, index) => 1 + ((index * 7 + seed) % 5));
  return new CandidateFactory().all(
    weights.map((weight, index) => ({ id: `a${index}`, weight, provider: `p${index % 4}` })),
  );
}

function create(seed = 1): RoutingStrategy[] {
  return createStrategies({
    clock: new FakeClock(),
    chance: new SeededChance(seed),
    costs: new PriceList({ a0: { input: 1, output: 1 }, a1: { input: 2, output: 2 } }),
  });
}

function find(name: string, strategies: readonly RoutingStrategy[]): RoutingStrategy {
  return strategies.find((strategy) => strategy.name === name)!;
}

function requestOf(number: number): RoutingRequest {
  return routingRequest({ session: number % 5 ? `s${number}` : null, stream: number % 3 === 0 });
}

function isIn(mask: number, index: number): boolean {
  return ((mask >>> (index % 31)) & 1) === 1;
}
