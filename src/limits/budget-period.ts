import type { BudgetPeriod } from '../common/usage-limits.js';

export interface PeriodBounds {
  /** Milliseconds since the epoch; null: everything that ever was. */
  readonly startsAtMs: number | null;
  readonly endsAtMs: number | null;
}

/** The period a moment is in, by the calendar of UTC. */
export function periodAt(period: BudgetPeriod, wallClockMs: number): PeriodBounds {
  const moment = new Date(wallClockMs);
  const [year, month, day] = [
    moment.getUTCFullYear(),
    moment.getUTCMonth(),
    moment.getUTCDate(),
  ] as const;
  switch (period) {
    case 'day':
      return bounds([year, month, day], [year, month, day + 1]);
    case 'week': {
      const monday = day - ((moment.getUTCDay() + 6) % 7);
      return bounds([year, month, monday], [year, month, monday + 7]);
    }
    case 'month':
      return bounds([year, month, 1], [year, month + 1, 1]);
    case 'total':
      return { startsAtMs: null, endsAtMs: null };
  }
}

type UtcDate = readonly [year: number, month: number, day: number];

function bounds(start: UtcDate, end: UtcDate): PeriodBounds {
  return { startsAtMs: Date.UTC(...start), endsAtMs: Date.UTC(...end) };
}
