import fc from 'fast-check';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { BREAKER, EvenChance } from '../../../test/support/routing-fixtures.js';
import { CircuitBreaker, type CallResult, type Permit } from './circuit-breaker.js';

describe('CircuitBreaker', () => {
  it('opens after five failures in a row, however few calls there are', () => {
    const { breaker, call } = setUp();
    for (let i = 0; i < 4; i++) call('failure');
    expect(breaker.state).toBe('closed');
    call('failure');
    expect(breaker.state).toBe('open');
  });

  it('opens at half of at least ten calls, and forgets calls older than its window', () => {
    const { breaker, call, clock } = setUp();
    const alternate = (times: number): void => {
      for (let i = 0; i < times; i++) call(i % 2 ? 'failure' : 'success');
    };
    alternate(8);
    clock.advance(31_000);
    alternate(8);
    expect(breaker.state).toBe('closed');
    alternate(2);
    expect(breaker.state).toBe('open');
  });

  it('opens when nearly every call is slow though none fails', () => {
    const { breaker, call } = setUp();
    for (let i = 0; i < 9; i++) call('slow');
    expect(breaker.state).toBe('closed');
    call('slow');
    expect(breaker.state).toBe('open');
  });

  it('stays closed for any number of calls that say nothing', () => {
    const { breaker, clock } = setUp();
    for (let i = 0; i < 10_000; i++) breaker.acquire(clock.monotonic())!.giveBack();
    expect(breaker.state).toBe('closed');
    expect(breaker.failureShare(clock.monotonic())).toBe(0);
  });

  it('refuses everybody while open, and tells for how long', () => {
    const { breaker, trip, clock } = setUp();
    trip();
    clock.advance(4_000);
    expect(breaker.acquire(clock.monotonic())).toBeNull();
    expect(breaker.waitMs(clock.monotonic())).toBe(6_000);
  });

  it('lets one probe go at a time, and refuses the others at once', () => {
    const { breaker, trip, clock } = setUp();
    trip();
    clock.advance(10_000);
    const probe = breaker.acquire(clock.monotonic())!;
    expect(breaker.state).toBe('half_open');
    for (let i = 0; i < 200; i++) expect(breaker.acquire(clock.monotonic())).toBeNull();
    probe.record('success');
    expect(breaker.acquire(clock.monotonic())).not.toBeNull();
  });

  it('closes after three good probes and opens again after one bad one', () => {
    const { breaker, trip, call, clock } = setUp();
    trip();
    clock.advance(10_000);
    call('success');
    call('success');
    expect(breaker.state).toBe('half_open');
    call('success');
    expect(breaker.state).toBe('closed');
    trip();
    clock.advance(20_000);
    call('success');
    call('failure');
    expect(breaker.state).toBe('open');
  });

  it('gives the permit of a probe back that says nothing', () => {
    const { breaker, trip, call, clock } = setUp();
    trip();
    clock.advance(10_000);
    for (let i = 0; i < 5; i++) {
      breaker.acquire(clock.monotonic())!.giveBack();
      expect(breaker.state).toBe('half_open');
    }
    for (let i = 0; i < 3; i++) call('success');
    expect(breaker.state).toBe('closed');
  });

  it('opens again when a probe hangs', () => {
    const { breaker, trip, clock } = setUp();
    trip();
    clock.advance(10_000);
    breaker.acquire(clock.monotonic());
    clock.advance(59_999);
    expect(breaker.waitMs(clock.monotonic())).toBe(1);
    clock.advance(1);
    expect(breaker.waitMs(clock.monotonic())).toBe(20_000);
    expect(breaker.state).toBe('open');
  });

  it('takes no notice of calls that began before it changed', () => {
    const { breaker, trip, clock } = setUp();
    const early = breaker.acquire(clock.monotonic())!;
    trip();
    early.record('success');
    expect(breaker.state).toBe('open');
    clock.advance(10_000);
    breaker.acquire(clock.monotonic());
    early.record('failure');
    expect(breaker.state).toBe('half_open');
  });

  it('counts a stream that dies behind its first token as well', () => {
    const { breaker, clock } = setUp();
    for (let i = 0; i < 5; i++) {
      const permit = breaker.acquire(clock.monotonic())!;
      permit.record('success');
      permit.record('failure');
    }
    // Never five failures in a row, but half of ten calls.
    expect(breaker.state).toBe('open');
  });

  it('stays open twice as long each time, and forgets one time for each healthy minute', () => {
    const { breaker, trip, call, clock } = setUp();
    const heal = (): void => {
      clock.advance(breaker.waitMs(clock.monotonic()));
      for (let i = 0; i < 3; i++) call('success');
    };
    const lengths = [];
    for (let i = 0; i < 7; i++) {
      trip();
      lengths.push(breaker.waitMs(clock.monotonic()));
      heal();
    }
    expect(lengths).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
    clock.advance(7 * 60_000);
    trip();
    expect(breaker.waitMs(clock.monotonic())).toBe(10_000);
  });

  it('opens for half the time, and never for long, while nobody else could be asked', () => {
    const { breaker, clock, trip, call } = setUp();
    breaker.isLast = () => true;
    trip();
    const lengths = [breaker.waitMs(clock.monotonic())];
    for (let i = 0; i < 5; i++) {
      clock.advance(breaker.waitMs(clock.monotonic()));
      call('failure');
      lengths.push(breaker.waitMs(clock.monotonic()));
    }
    expect(lengths).toEqual([5_000, 10_000, 15_000, 15_000, 15_000, 15_000]);
  });

  it('asks the last one soon again also when a probe has hung', () => {
    const { breaker, clock, trip } = setUp();
    breaker.isLast = () => true;
    trip();
    clock.advance(5_000);
    breaker.acquire(clock.monotonic());
    clock.advance(60_000);
    expect(breaker.waitMs(clock.monotonic())).toBe(10_000);
  });

  it('obeys its operator', () => {
    const { breaker, call, trip, clock } = setUp();
    breaker.order('forced_open');
    expect(breaker.acquire(clock.monotonic())).toBeNull();
    expect(breaker.waitMs(clock.monotonic())).toBe(Infinity);
    breaker.order('disabled');
    for (let i = 0; i < 50; i++) call('failure');
    expect(breaker.acquire(clock.monotonic())).not.toBeNull();
    breaker.order(null);
    expect(breaker.state).toBe('closed');
    trip();
    expect(breaker.state).toBe('open');
  });

  it('keeps its promises over any history', () => {
    const step = fc.oneof(
      fc.record({ wait: fc.integer({ min: 0, max: 40_000 }) }),
      fc.record({ acquire: fc.constant(true) }),
      fc.record({
        end: fc.nat(20),
        as: fc.constantFrom<CallResult | null>('success', 'failure', 'slow', null),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const { breaker, clock } = setUp();
        const running: Permit[] = [];
        const promises: boolean[] = [];
        for (const one of steps) {
          const now = clock.monotonic();
          if ('wait' in one) clock.advance(one.wait);
          else if ('acquire' in one) {
            const mayGo = breaker.waitMs(now) === 0;
            const permit = breaker.acquire(now);
            // What is announced and what is done never differ; and a second probe never goes beside one that runs.
            const second = breaker.state === 'half_open' ? breaker.acquire(now) : null;
            promises.push((permit !== null) === mayGo, second === null);
            if (permit) running.push(permit);
          } else {
            const [permit] = running.splice(one.end, 1);
            if (one.as) permit?.record(one.as);
            permit?.giveBack();
          }
          promises.push(breaker.waitMs(clock.monotonic()) <= 360_000);
        }
        expect(promises).not.toContain(false);
        // However it has been treated, it recovers: nothing is stuck for ever.
        clock.advance(400_000);
        let probes = 0;
        for (let i = 0; i < 3 && breaker.state !== 'closed'; i++) {
          clock.advance(breaker.waitMs(clock.monotonic()));
          breaker.acquire(clock.monotonic())!.record('success');
          probes++;
        }
        expect(probes).toBeLessThanOrEqual(3);
        expect(breaker.state).toBe('closed');
      }),
    );
  });
});

function setUp() {
  const clock = new FakeClock(1_000);
  const breaker = new CircuitBreaker(clock, new EvenChance(), BREAKER);
  const call = (result: CallResult): void => {
    const permit = breaker.acquire(clock.monotonic())!;
    permit.record(result);
    permit.giveBack();
  };
  const trip = (): void => {
    for (let i = 0; i < 5; i++) call('failure');
  };
  return { clock, breaker, call, trip };
}
