export interface TimeSpan {
  /** What the sums of it are made from: the records themselves, or their sums by hour or by day. */
  readonly source: 'records' | 'hours' | 'days';
  readonly from: Date;
  readonly to: Date;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Cuts a range so that as much of it as possible comes from the largest sums: whole days, then whole hours, and from the
 * records what is left at both ends.
 * @param finest an hourly report has no use for the sums of days
 */
export function timeSpans(from: Date, to: Date, finest: 'hour' | 'day'): TimeSpan[] {
  const hours = whole(from, to, HOUR_MS);
  if (!hours) return [{ source: 'records', from, to }];
  const days = finest === 'hour' ? null : whole(hours.from, hours.to, DAY_MS);
  const spans: TimeSpan[] = [
    { source: 'records', from, to: hours.from },
    { source: 'hours', from: hours.from, to: days?.from ?? hours.to },
    ...(days
      ? ([
          { source: 'days', ...days },
          { source: 'hours', from: days.to, to: hours.to },
        ] as const)
      : []),
    { source: 'records', from: hours.to, to },
  ];
  return spans.filter((span) => span.from < span.to);
}

function whole(from: Date, to: Date, unitMs: number): { from: Date; to: Date } | null {
  const first = Math.ceil(from.getTime() / unitMs) * unitMs;
  const last = Math.floor(to.getTime() / unitMs) * unitMs;
  return first < last ? { from: new Date(first), to: new Date(last) } : null;
}
