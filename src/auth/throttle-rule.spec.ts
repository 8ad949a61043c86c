import {
  accountRule,
  addressRule,
  type ThrottleRule,
  type ThrottleState,
} from './throttle-rule.js';

const START = Date.parse('2026-01-01T00:00:00Z');

describe('accountRule', () => {
  it('lets four failures pass', () => {
    expect(fail(accountRule, 4, 0).blockedUntil).toBeNull();
  });

  it.each([
    [5, 1],
    [6, 2],
    [7, 4],
    [14, 512],
    [15, 900],
    [1_000, 900],
  ])('blocks for failure %i during %i s', (failures, seconds) => {
    const { blockedUntil, updatedAt } = fail(accountRule, failures, 0);
    expect(blockedUntil!.getTime() - updatedAt.getTime()).toBe(seconds * 1000);
  });

  it('remembers failures for a day after the last one', () => {
    const before = fail(accountRule, 4, 0);
    expect(accountRule(before, at(24 * 3_600_000 - 1)).failures).toBe(5);
    expect(accountRule(before, at(24 * 3_600_000)).failures).toBe(1);
  });
});

describe('addressRule', () => {
  it('blocks from the twentieth failure until the minute is over', () => {
    expect(fail(addressRule, 19, 1_000).blockedUntil).toBeNull();
    expect(fail(addressRule, 20, 1_000).blockedUntil).toEqual(at(60_000));
  });

  it('begins a new count with a new minute', () => {
    const next = addressRule(fail(addressRule, 20, 0), at(60_000));
    expect(next).toMatchObject({ failures: 1, blockedUntil: null, countingSince: at(60_000) });
  });
});

/** The state after so many failures, the first at START. */
function fail(rule: ThrottleRule, times: number, everyMs: number): ThrottleState {
  let state: ThrottleState | null = null;
  for (let index = 0; index < times; index++) state = rule(state, at(index * everyMs));
  return state!;
}

function at(offsetMs: number): Date {
  return new Date(START + offsetMs);
}
