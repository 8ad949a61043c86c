import type { Outcome, OutcomeKind } from '../providers/outcome.js';
import { AccountHealth } from './account-health.js';
import type { Candidate } from './candidate.js';

const candidate = (id: string, model = 'm') => ({ account: { id }, model }) as Candidate;
const outcome = (kind: OutcomeKind, retryAfterMs: number | null = null): Outcome => ({
  kind,
  status: null,
  detail: '',
  retryAfterMs,
});

function setUp() {
  const clock = { time: 1_000, now: () => 0, monotonic: () => clock.time };
  return { clock, health: new AccountHealth(clock, { failuresToRest: 3, restMs: 10_000 }) };
}

describe('AccountHealth', () => {
  it('rests a model on an account after failures in a row, and no other', () => {
    const { clock, health } = setUp();
    for (let i = 0; i < 3; i++) health.record(candidate('a'), outcome('server_error'));
    expect(health.restOf(candidate('a'))).toBe(10_000);
    expect(health.restOf(candidate('a', 'other'))).toBe(0);
    clock.time += 10_000;
    expect(health.restOf(candidate('a'))).toBe(0);
  });

  it('starts counting again after a success', () => {
    const { health } = setUp();
    for (const kind of ['timeout', 'timeout', 'success', 'timeout', 'timeout'] as const) {
      health.record(candidate('a'), outcome(kind));
    }
    expect(health.restOf(candidate('a'))).toBe(0);
  });

  it("never holds a client's mistake against an account", () => {
    const { health } = setUp();
    for (let i = 0; i < 100; i++) health.record(candidate('a'), outcome('request_refused'));
    for (let i = 0; i < 100; i++) health.record(candidate('a'), outcome('client_left'));
    expect(health.restOf(candidate('a'))).toBe(0);
  });

  it('obeys Retry-After', () => {
    const { health } = setUp();
    health.record(candidate('a'), outcome('rate_limited', 3_000));
    expect(health.restOf(candidate('a'))).toBe(3_000);
    expect(health.reasonFor(candidate('a'))).toBe('rate_limited');
  });

  it('remembers only so many models, whatever names clients make up', () => {
    const { clock, health } = setUp();
    for (let i = 0; i < 10_000; i++) {
      health.record(candidate('a', `made-up-${i}`), outcome('rate_limited', 1_000));
    }
    clock.time += 500;
    health.record(candidate('a', 'real'), outcome('rate_limited', 60_000));
    expect(health.resting()).toHaveLength(10_000);
    clock.time += 500;
    health.record(candidate('b', 'real'), outcome('rate_limited', 60_000));
    expect(health.resting().map(({ model }) => model)).toEqual(['real', 'real']);
  });

  it('rests the whole account when its credential or its money is gone', () => {
    const { health } = setUp();
    health.record(candidate('a'), outcome('credential_rejected'));
    expect(health.restOf(candidate('a', 'other'))).toBe(60_000);
  });
});
