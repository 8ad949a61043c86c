import { catalogAccount } from '../../test/support/catalog-fixtures.js';
import { FakeClock } from '../../test/support/fake-clock.js';
import { candidateOf, outcome, statesOf } from '../../test/support/routing-fixtures.js';
import type { OutcomeKind } from '../providers/outcome.js';
import { ProbeLessons, type Lesson } from './probe-lessons.js';

describe('ProbeLessons', () => {
  it('have something to teach when an account has had no success lately', () => {
    const { lessons, account, candidate, clock } = setUp();
    expect(lessons.wouldTeach(account, 30_000)).toBe(true);
    candidate.state.lastSuccessAt = clock.monotonic();
    clock.advance(29_999);
    expect(lessons.wouldTeach(account, 30_000)).toBe(false);
    clock.advance(1);
    expect(lessons.wouldTeach(account, 30_000)).toBe(true);
  });

  it('find a host that is down before a client does, and one that is back', () => {
    const { learn, candidate, clock } = setUp();
    for (let i = 0; i < 3; i++) learn('unreachable');
    expect(candidate.state.waitMs(clock.monotonic())).toBeGreaterThan(0);
    clock.advance(10_000);
    learn('success', 200);
    expect(candidate.state.account.host.state).toBe('closed');
  });

  it('park an account whose credential is refused, and bring it back when it is taken', () => {
    const { learn, candidate, clock } = setUp();
    learn('credential_rejected', 401);
    expect(candidate.state.waitMs(clock.monotonic())).toBe(600_000);
    learn('success', 200);
    expect(candidate.state.waitMs(clock.monotonic())).toBe(0);
  });

  it('do not bring back an account that nobody has paid for', () => {
    const { learn, candidate } = setUp();
    candidate.state.account.parked.extend('quota_exhausted', 5_000);
    learn('success', 200);
    expect(candidate.state.waitMs(0)).toBe(5_000);
  });

  it.each<[OutcomeKind, number | null]>([
    ['server_error', 500],
    ['rate_limited', 429],
    ['malformed', 404],
    ['first_byte_timeout', null],
  ])('say nothing of any model when the list ends with %s', (kind, status) => {
    const { learn, candidate } = setUp();
    for (let i = 0; i < 50; i++) learn(kind, status);
    expect(candidate.state.waitMs(0)).toBe(0);
    expect(candidate.state.breaker.failureShare(0)).toBe(0);
  });

  it('are told to others, who learn the same and tell nobody', () => {
    const other = setUp();
    const { account, learn, told } = setUp();
    learn('credential_rejected', 401);
    expect(told).toMatchObject([{ accountId: 'one', outcome: { kind: 'credential_rejected' } }]);
    other.lessons.take(account, told[0]!.outcome);
    expect(other.candidate.state.waitMs(0)).toBeGreaterThan(0);
    expect(other.told).toEqual([]);
  });
});

function setUp() {
  const clock = new FakeClock();
  const states = statesOf(clock);
  const account = catalogAccount('one');
  const told: Lesson[] = [];
  const lessons = new ProbeLessons(states, clock, (lesson) => void told.push(lesson));
  const learn = (kind: OutcomeKind, status: number | null = null): void =>
    lessons.learn(account, outcome(kind, { status }));
  return { clock, account, lessons, learn, told, candidate: candidateOf(states, account) };
}
