import fc from 'fast-check';
import {
  acceptAll,
  CandidateFactory,
  PriceList,
  routingRequest,
  SeededChance,
} from '../../../test/support/candidate-factory.js';
import { FakeClock } from '../../../test/support/fake-clock.js';
import type { Candidate, Candidates } from '../candidate.js';
import type { CostEstimator } from '../cost-estimator.js';
import { CostOptimizedStrategy } from './cost-optimized.strategy.js';
import type { Picker } from './routing-strategy.js';

const PRICES = new PriceList({
  'input-heavy': { input: 10, output: 1 },
  'output-heavy': { input: 1, output: 10 },
  twin: { input: 1, output: 10 },
});

describe('CostOptimizedStrategy', () => {
  it('picks where this request costs least among those that are accepted', () => {
    const prices = fc.array(fc.option(fc.record({ input: fc.nat(20), output: fc.nat(20) })), {
      minLength: 1,
      maxLength: 12,
    });
    const requests = fc.array(
      fc.record({ input: fc.nat(5_000), output: fc.nat(5_000), mask: fc.nat() }),
      {
        maxLength: 20,
      },
    );
    fc.assert(
      fc.property(prices, requests, (given, asked) => {
        const listed = given.flatMap((price, index) => (price ? [[String(index), price]] : []));
        const costs = new PriceList(Object.fromEntries(listed));
        const candidates = new CandidateFactory().weighted(given.map(() => 1));
        const picker = over(candidates, costs);
        for (const { input, output, mask } of asked) {
          const up = candidates.filter((_, index) => index === 0 || (mask >> index) & 1);
          const request = routingRequest({ inputTokens: input, outputTokens: output });
          const picked = picker.pick(request, (each) => up.includes(each))!;
          const costOf = (each: Candidate) => costs.estimate(each, { input, output }) ?? Infinity;
          expect(costOf(picked)).toBe(Math.min(...up.map(costOf)));
        }
      }),
    );
  });

  it('decides by the size of the request', () => {
    const picker = over(named('input-heavy', 'output-heavy'));
    const idOf = (inputTokens: number, outputTokens: number) =>
      picker.pick(routingRequest({ inputTokens, outputTokens }), acceptAll)?.account.id;
    expect(idOf(1_000, 10)).toBe('output-heavy');
    expect(idOf(10, 1_000)).toBe('input-heavy');
  });

  it('asks one without a price only when no other is accepted', () => {
    const candidates = named('unpriced', 'output-heavy');
    const picker = over(candidates);
    expect(picker.score!(candidates[0], routingRequest())).toBeNull();
    expect(picker.pick(routingRequest(), acceptAll)?.account.id).toBe('output-heavy');
    const unpriced = (each: Candidate) => each === candidates[0];
    expect(picker.pick(routingRequest(), unpriced)).toBe(candidates[0]);
  });

  it('prefers the healthier and quicker of those that cost the same, also of other providers', () => {
    const candidates = named('output-heavy', 'twin');
    for (const { state } of candidates) {
      state.observeLatency(false, 100, 0);
      state.lastSuccessAt = 0;
    }
    candidates[0].state.breaker.acquire(0)!.record('failure');
    const picker = over(candidates);
    const picked = Array.from({ length: 200 }, () => picker.pick(routingRequest(), acceptAll));
    expect(picked.filter((each) => each === candidates[1])).toHaveLength(200);
  });

  it('passes over one that has stopped answering, unless there is no other', () => {
    const candidates = named('output-heavy', 'input-heavy');
    const [{ state }] = candidates;
    state.observeLatency(false, 500, 0);
    state.lastSuccessAt = 0;
    state.inFlight = 8;
    const clock = new FakeClock();
    const picker = over(candidates, PRICES, clock);
    const request = routingRequest({ outputTokens: 0 });
    expect(picker.pick(request, acceptAll)?.account.id).toBe('output-heavy');
    clock.time = 3_000;
    expect(picker.pick(request, acceptAll)?.account.id).toBe('input-heavy');
    expect(picker.pick(request, (each) => each === candidates[0])).toBe(candidates[0]);
    state.lastSuccessAt = 2_000;
    expect(picker.pick(request, acceptAll)?.account.id).toBe('output-heavy');
  });

  it('looks at one account of those that charge the same', () => {
    let estimates = 0;
    const candidates = new CandidateFactory().all(
      Array.from({ length: 1_000 }, (_, index) => ({ id: `a${index}`, provider: `p${index % 3}` })),
    );
    const picker = over(candidates, { estimate: () => ++estimates });
    picker.pick(routingRequest(), acceptAll);
    expect(estimates).toBe(3);
  });
});

function over(
  candidates: Candidates,
  costs: CostEstimator = PRICES,
  clock = new FakeClock(),
): Picker {
  return new CostOptimizedStrategy(clock, new SeededChance(1), costs).over(candidates);
}

function named(...ids: string[]): Candidates {
  return new CandidateFactory().all(ids.map((id) => ({ id })));
}
