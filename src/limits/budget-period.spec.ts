import fc from 'fast-check';
import { BUDGET_PERIODS } from '../common/usage-limits.js';
import { periodAt } from './budget-period.js';

describe('periodAt', () => {
  it.each([
    ['day', '2026-11-26T23:59:59.999Z', '2026-11-26', '2026-11-27'],
    ['day', '2026-12-31T12:00:00Z', '2026-12-31', '2027-01-01'],
    ['week', '2026-11-26T10:00:00Z', '2026-11-23', '2026-11-30'],
    ['week', '2026-11-23T00:00:00Z', '2026-11-23', '2026-11-30'],
    ['week', '2026-11-29T23:59:59Z', '2026-11-23', '2026-11-30'],
    ['week', '2027-01-01T00:00:00Z', '2026-12-28', '2027-01-04'],
    ['month', '2024-02-29T10:00:00Z', '2024-02-01', '2024-03-01'],
    ['month', '2026-12-31T23:59:59Z', '2026-12-01', '2027-01-01'],
  ] as const)('puts into the %s of %s: %s to %s', (period, moment, start, end) => {
    expect(periodAt(period, Date.parse(moment))).toEqual({
      startsAtMs: Date.parse(start),
      endsAtMs: Date.parse(end),
    });
  });

  it('never ends a total', () => {
    expect(periodAt('total', 0)).toEqual({ startsAtMs: null, endsAtMs: null });
  });

  it('holds every moment, and ends where the next begins', () => {
    const moment = fc.integer({ min: 0, max: 4_000_000_000_000 });
    fc.assert(
      fc.property(fc.constantFrom(...BUDGET_PERIODS), moment, (period, at) => {
        const { startsAtMs, endsAtMs } = periodAt(period, at);
        if (period === 'total') return;
        expect(startsAtMs).toBeLessThanOrEqual(at);
        expect(endsAtMs).toBeGreaterThan(at);
        expect(periodAt(period, endsAtMs!).startsAtMs).toBe(endsAtMs);
      }),
    );
  });
});
