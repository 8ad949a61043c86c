import {
  acceptAll,
  CandidateFactory,
  routingRequest,
  SeededChance,
} from '../../../test/support/candidate-factory.js';
import { FakeClock } from '../../../test/support/fake-clock.js';
import type { Candidate, Candidates } from '../candidate.js';
import { LeastLatencyStrategy } from './least-latency.strategy.js';
import type { Picker } from './routing-strategy.js';

const request = routingRequest({ stream: true });

describe('LeastLatencyStrategy', () => {
  let clock: FakeClock;

  beforeEach(() => {
    clock = new FakeClock();
  });

  it('gives the fast ones most of the requests and the slowest nearly none', () => {
    const { picker, candidates } = setUp([100, 200, 400, 3_000]);
    const shares = sharesOf(picker, candidates, 20_000);
    expect(shares[0]).toBeGreaterThan(0.45);
    expect(shares[0]!).toBeGreaterThan(shares[1]!);
    expect(shares[1]!).toBeGreaterThan(shares[2]!);
    expect(shares[3]).toBeLessThan(0.01);
  });

  it('counts the requests before it as part of the wait', () => {
    const { picker, candidates } = setUp([100, 150]);
    candidates[0].state.inFlight = 2;
    expect(picker.pick(request, acceptAll)?.account.id).toBe('1');
    expect(candidates.map((each) => picker.score!(each, request))).toEqual([300, 150]);
  });

  it('gives equally fast ones shares like their weights, idle or busy', () => {
    const candidates = new CandidateFactory(clock).weighted([10, 20, 50]);
    for (const { state } of candidates) {
      state.observeLatency(true, 100, 0);
      state.lastSuccessAt = 0;
    }
    const picker = strategy().over(candidates);
    const idle = sharesOf(picker, candidates, 8_000);
    for (let i = 0; i < 800; i++) picker.pick(request, acceptAll)!.state.inFlight++;
    const busy = candidates.map(({ state }) => state.inFlight / 800);
    for (const shares of [idle, busy]) {
      expect(shares[0]).toBeCloseTo(0.125, 1);
      expect(shares[1]).toBeCloseTo(0.25, 1);
      expect(shares[2]).toBeCloseTo(0.625, 1);
    }
  });

  it('counts tries that fail as part of the wait', () => {
    const { picker, candidates } = setUp([100, 150]);
    for (const result of ['failure', 'success', 'failure', 'success'] as const) {
      candidates[0].state.breaker.acquire(0)!.record(result);
    }
    expect(picker.pick(request, acceptAll)?.account.id).toBe('1');
    expect(picker.score!(candidates[0], request)).toBe(200);
  });

  it('measures a new account as soon as it is drawn, and with one request only', () => {
    const { picker, candidates } = setUp([100, 100, 100, 100]);
    const cold = new CandidateFactory(clock).one({ id: 'cold' });
    const all = [...candidates, cold] as unknown as Candidates;
    picker.close?.();
    const withCold = strategy().over(all);
    const firsts = Array.from({ length: 20 }, () => withCold.pick(request, acceptAll));
    expect(firsts).toContain(cold);
    cold.state.inFlight = 1;
    expect(sharesOf(withCold, all, 2_000)[4]).toBe(0);
    expect(withCold.score!(cold, request)).toBeNull();
  });

  it('does not run after a new account that fails', () => {
    const { candidates } = setUp([100, 100, 100, 100]);
    const cold = new CandidateFactory(clock).one({ id: 'cold' });
    const all = [...candidates, cold] as unknown as Candidates;
    cold.state.breaker.acquire(0)!.record('failure');
    cold.state.failuresInRow = 1;
    expect(sharesOf(strategy().over(all), all, 2_000)[4]).toBeLessThan(0.05);
  });

  it('tries one that was slow anew after a while, with few requests', () => {
    const { picker, candidates } = setUp([100, 100, 5_000]);
    expect(sharesOf(picker, candidates, 2_000)[2]).toBe(0);
    clock.time = 20_000;
    for (const { state } of candidates.slice(0, 2)) state.lastSuccessAt = clock.time;
    const share = sharesOf(picker, candidates, 5_000)[2]!;
    expect(share).toBeGreaterThan(0.01);
    expect(share).toBeLessThan(0.06);
    candidates[2]!.state.inFlight = 1;
    expect(sharesOf(picker, candidates, 2_000)[2]).toBe(0);
  });

  it('never sends all of a burst to the fastest', () => {
    const { picker, candidates } = setUp([100, 120, 120, 120, 120, 120]);
    for (let i = 0; i < 120; i++) picker.pick(request, acceptAll)!.state.inFlight++;
    for (const { state } of candidates) {
      expect(state.inFlight).toBeGreaterThan(10);
      expect(state.inFlight).toBeLessThan(35);
    }
  });

  function strategy(): LeastLatencyStrategy {
    return new LeastLatencyStrategy(clock, new SeededChance(1));
  }

  function setUp(latenciesMs: readonly number[]): { picker: Picker; candidates: Candidates } {
    const candidates = new CandidateFactory(clock).weighted(latenciesMs.map(() => 1));
    for (const [index, { state }] of candidates.entries()) {
      state.observeLatency(true, latenciesMs[index]!, clock.time);
      state.lastSuccessAt = clock.time;
    }
    return { picker: strategy().over(candidates), candidates };
  }
});

function sharesOf(picker: Picker, candidates: Candidates, picks: number): number[] {
  const counts = new Map<Candidate, number>();
  for (let i = 0; i < picks; i++) {
    const picked = picker.pick(request, acceptAll)!;
    counts.set(picked, (counts.get(picked) ?? 0) + 1);
  }
  return candidates.map((candidate) => (counts.get(candidate) ?? 0) / picks);
}
