/** Where sums of a part of the time come from: the records themselves, or their sums by hour or by day. */
export interface TimeSpan {
  readonly source: 'usage_facts' | 'usage_hourly' | 'usage_daily';
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
  if (!hours) return [{ source: 'usage_facts', from, to }];
  const days = finest === 'hour' ? null : whole(hours.from, hours.to, DAY_MS);
  const spans: TimeSpan[] = [
    { source: 'usage_facts', from, to: hours.from },
    { source: 'usage_hourly', from: hours.from, to: days?.from ?? hours.to },
    ...(days
      ? ([
          { source: 'usage_daily', ...days },
          { source: 'usage_hourly', from: days.to, to: hours.to },
        ] as const)
      : []),
    { source: 'usage_facts', from: hours.to, to },
  ];
  return spans.filter((span) => span.from < span.to);
}

function whole(from: Date, to: Date, unitMs: number): { from: Date; to: Date } | null {
  const first = Math.ceil(from.getTime() / unitMs) * unitMs;
  const last = Math.floor(to.getTime() / unitMs) * unitMs;
  return first < last ? { from: new Date(first), to: new Date(last) } : null;
}
