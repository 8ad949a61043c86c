import { catalogAccount, catalogOf } from '../../test/support/catalog-fixtures.js';
import { FakeClock } from '../../test/support/fake-clock.js';
import { outcome, planRequest, routingWith } from '../../test/support/routing-fixtures.js';
import type { OutcomeKind } from '../providers/outcome.js';
import type { Lease } from './lease.js';

const HOUR_MS = 3_600_000;

describe.each([
  ['an hour ahead', HOUR_MS],
  ['an hour back', -HOUR_MS],
])('a wall clock that is set %s', (_, jumpMs) => {
  it('opens no circuit and closes none', () => {
    const { clock, breaker, fail, claim } = setUp();
    for (let i = 0; i < 4; i++) fail('server_error');
    clock.setWall(jumpMs);
    expect(breaker.state).toBe('closed');
    // The four before it still count.
    fail('server_error');
    expect(breaker.state).toBe('open');
    clock.setWall(jumpMs);
    expect(breaker.waitMs(clock.monotonic())).toBe(10_000);
    clock.advance(10_000);
    const probe = claim();
    clock.setWall(jumpMs);
    expect([breaker.state, breaker.waitMs(clock.monotonic())]).toEqual(['half_open', 60_000]);
    clock.advance(59_999);
    expect(breaker.waitMs(clock.monotonic())).toBe(1);
    probe.release();
  });

  it('neither ends nor lengthens a rest', () => {
    const { clock, state, fail } = setUp();
    fail('rate_limited', 3_000);
    clock.setWall(jumpMs);
    expect(state.waitMs(clock.monotonic())).toBe(3_000);
    clock.advance(3_000);
    expect(state.waitMs(clock.monotonic())).toBe(0);
  });

  it('is no part of a latency', () => {
    const { clock, state, claim } = setUp();
    const lease = claim();
    clock.advance(200);
    clock.setWall(jumpMs);
    clock.advance(50);
    lease.answered();
    lease.ended(outcome('success'));
    expect(state.latencyMs(true)).toBe(250);
    expect(state.breaker.state).toBe('closed');
  });

  it('gives no retry back, and takes none away', () => {
    const { clock, retries } = setUp();
    const before = retries(20);
    clock.setWall(jumpMs);
    expect(retries(100)).toBeLessThanOrEqual(30 + 0.2 * 120 - before);
    clock.setWall(jumpMs);
    expect(retries(5)).toBeLessThanOrEqual(1);
    clock.advance(10_000);
    expect(retries(20)).toBe(20);
  });

  it('does not end the walk over dead credentials', () => {
    const { clock, failover, walk } = setUp();
    const first = failover();
    expect(walk(first)).toBe(true);
    clock.setWall(jumpMs);
    expect(walk(first)).toBe(true);
    clock.advance(2_001);
    expect(walk(first)).toBe(false);
  });
});

function setUp() {
  const clock = new FakeClock(HOUR_MS);
  const { routing, states } = routingWith(clock);
  const alone = catalogOf([catalogAccount('one', {}), catalogAccount('two', { priority: 1 })]);
  const open = catalogOf(
    Array.from({ length: 9 }, (_, index) => catalogAccount(`o${index}`, { circuit: 'disabled' })),
  );
  const state = states.candidateOf({ account: alone.accounts[0]!, model: 'm' }).state;
  const claim = (): Lease => routing.plan(planRequest({ catalog: alone })).next()!;
  const failover = () => {
    const plan = routing.plan(planRequest({ catalog: open }));
    return { plan, lease: plan.next()!, failover: routing.failover(plan, 'm') };
  };
  return {
    clock,
    state,
    breaker: state.breaker,
    claim,
    fail: (kind: OutcomeKind, retryAfterMs: number | null = null) =>
      claim().ended(outcome(kind, { retryAfterMs })),
    failover,
    /** Whether one more account may be asked. */
    walk: (one: ReturnType<typeof failover>): boolean => {
      one.lease.ended(outcome('credential_rejected'));
      const next = one.failover.next(one.lease, outcome('credential_rejected'));
      if (next) one.lease = next.lease;
      return next !== null;
    },
    /** How many of so many requests whose first attempt fails are granted a second one. */
    retries: (requests: number): number =>
      Array.from({ length: requests }, failover).filter(({ lease, failover: after }) => {
        lease.ended(outcome('server_error'));
        const next = after.next(lease, outcome('server_error'));
        next?.lease.ended(outcome('server_error'));
        return next !== null;
      }).length,
  };
}
