import fc from 'fast-check';
import {
  acceptAll,
  CandidateFactory,
  PriceList,
  routingRequest,
  SeededChance,
} from '../../../test/support/candidate-factory.js';
import { FakeClock } from '../../../test/support/fake-clock.js';
import type { RoutingPreferences } from '../../catalog/routing-preferences.js';
import type { Candidates } from '../candidate.js';
import { AdaptiveStrategy } from './adaptive.strategy.js';
import type { Picker, RoutingRequest } from './routing-strategy.js';

const PRICES = new PriceList({
  quick: { input: 10, output: 10 },
  cheap: { input: 1, output: 1 },
  shaky: { input: 10, output: 10 },
  scarce: { input: 10, output: 10 },
});
const only = (weights: RoutingPreferences['weights']): RoutingRequest =>
  routingRequest({
    preferences: { weights: { latency: 0, cost: 0, reliability: 0, capacity: 0, ...weights } },
  });

describe('AdaptiveStrategy', () => {
  const clock = new FakeClock();

  it.each([
    ['latency', 'quick'],
    ['cost', 'cheap'],
  ] as const)('follows %s where the key wants nothing else', (dimension, best) => {
    const candidates = worked();
    const shares = sharesOf(over(candidates), candidates, only({ [dimension]: 1 }));
    expect(shares[best]).toBeGreaterThan(0.9);
  });

  it.each([
    ['reliability', 'shaky'],
    ['capacity', 'scarce'],
  ] as const)('avoids who is bad at %s', (dimension, worst) => {
    const candidates = worked();
    const shares = sharesOf(over(candidates), candidates, only({ [dimension]: 1 }));
    expect(shares[worst]).toBeLessThan(0.01);
    const others = Object.entries(shares).filter(([id]) => id !== worst);
    expect(Math.min(...others.map(([, share]) => share))).toBeGreaterThan(0.25);
  });

  it('scores from 0 for the best in everything to at most 1', () => {
    const samples = fc.array(
      fc.record({
        latencyMs: fc.integer({ min: 1, max: 9_000 }),
        failures: fc.nat(4),
        load: fc.nat(5),
      }),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(samples, (given) => {
        const candidates = new CandidateFactory(clock).weighted(given.map(() => 1));
        for (const [index, { latencyMs, failures, load }] of given.entries()) {
          const { state } = candidates[index]!;
          state.observeLatency(false, latencyMs, 0);
          for (let i = 0; i < failures; i++) state.breaker.acquire(0)!.record('failure');
          for (let i = 0; i < load; i++) state.account.load.enter();
        }
        const picker = over(candidates);
        const request = routingRequest();
        const scores = candidates.map((each) => picker.score!(each, request)!);
        for (const score of scores) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
        }
      }),
    );
    const twins = new CandidateFactory(clock).weighted([1, 1]);
    for (const { state } of twins) state.observeLatency(false, 100, 0);
    expect(over(twins).score!(twins[0], routingRequest())).toBe(0);
  });

  it('gives equals shares like their weights, idle or busy', () => {
    const candidates = new CandidateFactory(clock).weighted([10, 30]);
    for (const { state } of candidates) {
      state.observeLatency(false, 100, 0);
      state.lastSuccessAt = 0;
    }
    const picker = over(candidates);
    expect(sharesOf(picker, candidates, routingRequest())['1']).toBeCloseTo(0.75, 1);
    for (let i = 0; i < 800; i++) {
      const { state } = picker.pick(routingRequest(), acceptAll)!;
      state.inFlight++;
      state.account.load.enter();
    }
    expect(candidates[1]!.state.inFlight / 800).toBeCloseTo(0.75, 1);
  });

  it('asks one that is slightly worse slightly less often', () => {
    const candidates = new CandidateFactory(clock).weighted([1, 1]);
    for (const [index, { state }] of candidates.entries()) {
      state.observeLatency(false, 100 + 10 * index, 0);
      state.lastSuccessAt = 0;
    }
    const shares = sharesOf(over(candidates), candidates, routingRequest());
    expect(shares['1']).toBeGreaterThan(0.35);
    expect(shares['1']).toBeLessThan(0.48);
  });

  it('counts one that has stopped answering as failing', () => {
    const candidates = worked();
    const [quick] = candidates;
    quick.state.inFlight = 8;
    quick.state.lastSuccessAt = -5_000;
    const shares = sharesOf(over(candidates), candidates, only({ reliability: 1 }));
    expect(shares['quick']).toBeLessThan(0.01);
  });

  it('never sends all of a burst to the best', () => {
    const candidates = new CandidateFactory(clock).weighted([1, 1, 1, 1, 1, 1]);
    for (const [index, { state }] of candidates.entries()) {
      state.observeLatency(false, index === 0 ? 100 : 130, 0);
      state.lastSuccessAt = 0;
    }
    const picker = over(candidates);
    for (let i = 0; i < 120; i++) {
      const { state } = picker.pick(routingRequest(), acceptAll)!;
      state.inFlight++;
      state.account.load.enter();
    }
    for (const { state } of candidates) {
      expect(state.inFlight).toBeGreaterThan(8);
      expect(state.inFlight).toBeLessThan(45);
    }
  });

  it('measures a new account at once, and with one request only', () => {
    const candidates = worked();
    const cold = new CandidateFactory(clock).one({ id: 'cold' });
    const all = [...candidates, cold] as unknown as Candidates;
    const picker = over(all);
    expect(picker.pick(routingRequest(), acceptAll)).toBe(cold);
    cold.state.inFlight = 1;
    cold.state.account.load.enter();
    expect(sharesOf(picker, all, routingRequest())['cold']).toBeLessThan(0.05);
  });

  it('finds the good ones among a thousand', () => {
    const candidates = new CandidateFactory(clock).weighted(Array.from({ length: 1_000 }, () => 1));
    for (const [index, { state }] of candidates.entries()) {
      state.observeLatency(false, index % 10 === 0 ? 100 : 2_000, 0);
      state.lastSuccessAt = 0;
    }
    const shares = sharesOf(over(candidates), candidates, routingRequest());
    const good = candidates.reduce(
      (sum, { account }, index) => sum + (index % 10 === 0 ? shares[account.id]! : 0),
      0,
    );
    // Sixteen in a thousand have none of the good tenth in 18 of 100 samples.
    expect(good).toBeGreaterThan(0.75);
  });

  function over(candidates: Candidates): Picker {
    return new AdaptiveStrategy(clock, new SeededChance(1), PRICES).over(candidates);
  }

  /** Four accounts, each the best or the worst at one thing. */
  function worked(): Candidates {
    const ids = ['quick', 'cheap', 'shaky', 'scarce'];
    const candidates = new CandidateFactory(clock).all(ids.map((id) => ({ id })));
    for (const { account, state } of candidates) {
      state.observeLatency(false, account.id === 'quick' ? 100 : 400, 0);
      state.lastSuccessAt = 0;
      for (let i = 0; i < 4; i++) {
        const failed = account.id === 'shaky' && i % 2 === 0;
        state.breaker.acquire(0)!.record(failed ? 'failure' : 'success');
      }
      if (account.id === 'scarce')
        state.observeAllowance({ remainingShare: 0.1, resetsAt: 60_000 });
    }
    return candidates;
  }
});

function sharesOf(
  picker: Picker,
  candidates: Candidates,
  request: RoutingRequest,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { account } of candidates) counts[account.id] = 0;
  for (let i = 0; i < 4_000; i++) counts[picker.pick(request, acceptAll)!.account.id]! += 1 / 4_000;
  return counts;
}
