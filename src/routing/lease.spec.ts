import { catalogAccount } from '../../test/support/catalog-fixtures.js';
import { FakeClock } from '../../test/support/fake-clock.js';
import { candidateOf, outcome, REQUEST, statesOf } from '../../test/support/routing-fixtures.js';
import type { OutcomeKind } from '../providers/outcome.js';
import { Lease } from './lease.js';

describe('Lease', () => {
  it('counts in flight until it ends, and only once', () => {
    const { claim, candidate } = setUp();
    const lease = claim();
    expect([candidate.state.inFlight, candidate.state.account.load.count]).toEqual([1, 1]);
    lease.ended(outcome('success'));
    lease.ended(outcome('server_error'));
    lease.release();
    expect([candidate.state.inFlight, candidate.state.account.load.count]).toEqual([0, 0]);
    expect(candidate.state.failuresInRow).toBe(0);
  });

  it('learns the time to the first token when the token comes, not when the stream ends', () => {
    const { claim, candidate, clock } = setUp();
    const lease = claim();
    clock.advance(250);
    lease.answered();
    clock.advance(60_000);
    lease.ended(outcome('success'));
    expect(candidate.state.latencyMs(true)).toBe(250);
  });

  it('opens the circuit of an account that answers, but too late', () => {
    const { claim, candidate, clock } = setUp();
    for (let i = 0; i < 10; i++) {
      const lease = claim();
      clock.advance(2_000);
      lease.answered();
      lease.ended(outcome('success'));
    }
    expect(candidate.state.breaker.state).toBe('open');
  });

  it('rests a model for as long as its provider asks', () => {
    const { claim, candidate, clock } = setUp();
    claim().ended(outcome('rate_limited', { retryAfterMs: 3_000 }));
    clock.advance(2_999);
    expect(candidate.state.waitMs(clock.monotonic())).toBe(1);
    clock.advance(1);
    expect(candidate.state.waitMs(clock.monotonic())).toBe(0);
    expect(candidate.state.breaker.failureShare(clock.monotonic())).toBe(0);
  });

  it('does not end what the provider has asked for when an earlier call succeeds', () => {
    const { claim, candidate } = setUp();
    const earlier = claim();
    claim().ended(outcome('rate_limited', { retryAfterMs: 3_000 }));
    earlier.ended(outcome('success'));
    expect(candidate.state.waitMs(0)).toBe(3_000);
  });

  it('rests for five seconds where the provider does not say, unless nobody else could answer', () => {
    const { claim, candidate, neighbour, clock } = setUp();
    neighbour.state.cooldown.extend('rate_limited', 1);
    claim().ended(outcome('rate_limited'));
    expect(candidate.state.waitMs(0)).toBe(0);
    clock.advance(1);
    claim().ended(outcome('rate_limited'));
    expect(candidate.state.waitMs(1)).toBe(5_000);
  });

  it.each<[OutcomeKind, number, number]>([
    ['quota_exhausted', 900_000, 900_000],
    ['credential_rejected', 600_000, 600_000],
    ['access_denied', 600_000, 0],
  ])('%s parks the model for %i ms, other models of the account for %i', (kind, own, other) => {
    const { claim, candidate, sibling, alerts } = setUp();
    claim().ended(outcome(kind, { status: 401, detail: 'no' }));
    expect(candidate.state.waitMs(0)).toBe(own);
    expect(sibling.state.waitMs(0)).toBe(other);
    expect(alerts).toEqual([kind]);
    expect(candidate.state.breaker.state).toBe('closed');
  });

  it("puts an overloaded provider's other accounts last, not out", () => {
    const { claim, candidate, neighbour } = setUp();
    claim().ended(outcome('overloaded', { status: 529 }));
    expect(neighbour.state.account.provider.remainingMs(0)).toBe(5_000);
    expect([candidate.state.waitMs(0), neighbour.state.waitMs(0)]).toEqual([0, 0]);
  });

  it('benches an upstream that breaks off three answers in a row', () => {
    const { claim, candidate } = setUp();
    for (let i = 0; i < 3; i++) {
      const lease = claim();
      lease.answered();
      lease.ended(outcome('interrupted'));
    }
    expect(candidate.state.waitMs(0)).toBe(300_000);
  });

  it('takes streams that break together for one event, not for three', () => {
    const { claim, candidate, clock } = setUp();
    const together = Array.from({ length: 4 }, () => claim());
    clock.advance(100);
    for (const lease of together) {
      lease.answered();
      lease.ended(outcome('interrupted'));
    }
    expect(candidate.state.cooldown.remainingMs(clock.monotonic())).toBe(0);
  });

  it('benches nobody who is alone: the next answer may be whole', () => {
    const { claim, candidate } = setUp();
    candidate.state.peers = [candidate.state];
    for (let i = 0; i < 3; i++) {
      const lease = claim();
      lease.answered();
      lease.ended(outcome('interrupted'));
    }
    expect(candidate.state.waitMs(0)).toBe(0);
  });

  it('does not count the first loss of a connection, only one on a fresh connection', () => {
    const { claim, candidate } = setUp();
    for (let i = 0; i < 20; i++) claim().ended(outcome('connection_lost'));
    expect(candidate.state.breaker.state).toBe('closed');
    for (let i = 0; i < 5; i++) claim(true).ended(outcome('connection_lost'));
    expect(candidate.state.breaker.state).toBe('open');
  });

  it('opens the host for connections that do not come about, whatever the model', () => {
    const { claim, sibling, clock } = setUp();
    for (let i = 0; i < 3; i++) claim().ended(outcome('unreachable'));
    expect(sibling.state.waitMs(clock.monotonic())).toBeGreaterThan(0);
  });

  it.each<OutcomeKind>(['request_refused', 'client_left', 'cancelled'])(
    'learns nothing from %s',
    (kind) => {
      const { claim, candidate } = setUp();
      for (let i = 0; i < 100; i++) claim().ended(outcome(kind));
      expect(candidate.state.waitMs(0)).toBe(0);
      expect(candidate.state.breaker.failureShare(0)).toBe(0);
    },
  );
});

function setUp() {
  const clock = new FakeClock();
  const states = statesOf(clock);
  const account = catalogAccount('one');
  const candidate = candidateOf(states, account);
  const neighbour = candidateOf(states, catalogAccount('two'));
  candidate.state.peers = [candidate.state, neighbour.state];
  const alerts: string[] = [];
  const released: (number | null)[] = [];
  const claim = (isRepeat = false): Lease => {
    const now = clock.monotonic();
    const { breaker } = candidate.state;
    return new Lease(
      candidate,
      REQUEST,
      {
        permit: breaker.acquire(now)!,
        hostPermit: candidate.state.account.host.acquire(now)!,
        place: { granted: null, release: (tokens) => released.push(tokens) },
      },
      clock,
      { isRepeat, slowMs: 1_000, alert: (_, kind) => alerts.push(kind) },
    );
  };
  return {
    clock,
    candidate,
    sibling: candidateOf(states, account, 'other'),
    neighbour,
    alerts,
    claim,
  };
}
