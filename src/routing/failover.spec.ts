import { catalogAccount, catalogOf } from '../../test/support/catalog-fixtures.js';
import { FakeClock } from '../../test/support/fake-clock.js';
import { outcome, planRequest, routingWith } from '../../test/support/routing-fixtures.js';
import type { OutcomeKind } from '../providers/outcome.js';

describe('Failover', () => {
  it.each<[OutcomeKind, string[]]>([
    ['unreachable', ['a', 'b', 'c']],
    ['server_error', ['a', 'b', 'c']],
    ['unavailable', ['a', 'b', 'c']],
    ['malformed', ['a', 'b', 'c']],
    ['rate_limited', ['a', 'b', 'c']],
    // The first time it is asked again at once, on a new connection, and that is free.
    ['connection_lost', ['a', 'a', 'b']],
    // May have been charged: one more try at most.
    ['first_byte_timeout', ['a', 'b']],
    ['interrupted', ['a', 'b']],
    ['request_refused', ['a']],
    ['client_left', ['a']],
    ['cancelled', ['a']],
  ])('answers %s by asking %j', (kind, expected) => {
    expect(attempts({ accounts: ['a', 'b', 'c', 'd'], kinds: Array(9).fill(kind) }).asked).toEqual(
      expected,
    );
  });

  it('walks over dead credentials without using up attempts, but not for ever', () => {
    const accounts = Array.from({ length: 20 }, (_, index) => `a${index}`);
    const dead = Array<OutcomeKind>(20).fill('credential_rejected');
    expect(attempts({ accounts, kinds: dead }).asked).toHaveLength(10);
    const six = attempts({ accounts, kinds: [...dead.slice(0, 5), 'success'] });
    expect(six.asked).toHaveLength(6);
  });

  it('stops walking when the client has waited for two seconds', () => {
    const accounts = Array.from({ length: 20 }, (_, index) => `a${index}`);
    const kinds = Array<OutcomeKind>(20).fill('quota_exhausted');
    expect(attempts({ accounts, kinds, eachMs: 900 }).asked).toHaveLength(3);
  });

  it('asks the same account once more, after a pause, where there is no other', () => {
    const { asked, waits } = attempts({ accounts: ['a'], kinds: Array(9).fill('server_error') });
    expect(asked).toEqual(['a', 'a']);
    expect(waits).toEqual([50]);
  });

  it('never pauses before another account', () => {
    const { waits } = attempts({ accounts: ['a', 'b', 'c'], kinds: Array(9).fill('server_error') });
    expect(waits).toEqual([0, 0]);
  });

  it('is no matter of the budget while nothing speaks against the next account', () => {
    const { routing, exhausted } = routingWith(new FakeClock());
    const catalog = catalogOf([catalogAccount('a'), catalogAccount('b', { priority: 1 })]);
    // Long calls, all under way when their upstream dies, and none for the other one before.
    const calls = Array.from({ length: 200 }, () => {
      const plan = routing.plan(planRequest({ catalog }));
      return { lease: plan.next()!, failover: routing.failover(plan, 'm') };
    });
    const next = calls.map(({ lease, failover }) => {
      lease.ended(outcome('interrupted'));
      return failover.next(lease, outcome('interrupted'))?.lease.candidate.account.id;
    });
    expect(new Set(next)).toEqual(new Set(['b']));
    expect(exhausted()).toBe(0);
  });

  it('stops retrying when the budget is used up, unless the next account has just answered', () => {
    const clock = new FakeClock();
    const { routing, exhausted } = routingWith(clock);
    const catalog = catalogOf(['a', 'b'].map((id) => catalogAccount(id, { circuit: 'disabled' })));
    const call = (kinds: OutcomeKind[]): number => {
      const plan = routing.plan(planRequest({ catalog }));
      const failover = routing.failover(plan, 'm');
      let lease = plan.next();
      let calls = 0;
      while (lease) {
        calls++;
        const result = outcome(kinds.shift()!);
        lease.ended(result);
        lease = result.kind === 'success' ? undefined : failover.next(lease, result)?.lease;
      }
      return calls;
    };
    const failing = (): number => call(Array(9).fill('server_error'));
    const calls = Array.from({ length: 1_000 }, failing).reduce((sum, one) => sum + one);
    expect(calls).toBeLessThanOrEqual(1_250);
    expect(exhausted()).toBeGreaterThan(0);
    // b answers again: from now on a failure of a is never the client's.
    call(['server_error', 'success']);
    clock.advance(11_000);
    call(['server_error', 'success']);
    for (let i = 0; i < 500; i++) expect(call(['server_error', 'success'])).toBe(2);
  });
});

/** What one request does when its attempts end like this. */
function attempts({
  accounts,
  kinds,
  eachMs = 0,
}: {
  accounts: string[];
  kinds: OutcomeKind[];
  eachMs?: number;
}) {
  const clock = new FakeClock();
  const { routing } = routingWith(clock);
  const catalog = catalogOf(accounts.map((id) => catalogAccount(id)));
  const plan = routing.plan(planRequest({ catalog }));
  const failover = routing.failover(plan, 'm');
  const asked: string[] = [];
  const waits: number[] = [];
  let lease = plan.next();
  for (const kind of kinds) {
    if (!lease) break;
    asked.push(lease.candidate.account.id);
    clock.advance(eachMs);
    lease.ended(outcome(kind));
    if (kind === 'success') break;
    const next = failover.next(lease, outcome(kind));
    if (next) waits.push(next.waitMs);
    lease = next?.lease;
  }
  return { asked, waits };
}
