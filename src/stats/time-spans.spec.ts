import fc from 'fast-check';
import { timeSpans } from './time-spans.js';

describe('timeSpans', () => {
  const spans = (from: string, to: string, finest: 'hour' | 'day' = 'day') =>
    timeSpans(new Date(from), new Date(to), finest).map(
      ({ source, ...span }) =>
        `${source} ${span.from.toISOString().slice(5, 16)} ${span.to.toISOString().slice(5, 16)}`,
    );

  it('takes days and hours from sums and the ends from records', () => {
    expect(spans('2026-01-01T22:30Z', '2026-01-04T01:15Z')).toEqual([
      'records 01-01T22:30 01-01T23:00',
      'hours 01-01T23:00 01-02T00:00',
      'days 01-02T00:00 01-04T00:00',
      'hours 01-04T00:00 01-04T01:00',
      'records 01-04T01:00 01-04T01:15',
    ]);
  });

  it('takes nothing but days for whole days', () => {
    expect(spans('2026-01-01', '2026-02-01')).toEqual(['days 01-01T00:00 02-01T00:00']);
  });

  it('takes hours for a report by hour', () => {
    expect(spans('2026-01-01', '2026-01-03', 'hour')).toEqual(['hours 01-01T00:00 01-03T00:00']);
  });

  it('takes the records of what is shorter than an hour', () => {
    expect(spans('2026-01-01T22:30Z', '2026-01-01T23:15Z')).toEqual([
      'records 01-01T22:30 01-01T23:15',
    ]);
  });

  it('leaves no gap and counts nothing twice', () => {
    const time = fc.date({
      min: new Date('2026-01-01'),
      max: new Date('2026-01-10'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(time, time, fc.constantFrom('hour', 'day'), (a, b, finest) => {
        fc.pre(a.getTime() !== b.getTime());
        const [from, to] = a < b ? [a, b] : [b, a];
        const cut = timeSpans(from, to, finest);
        const joints = cut.slice(1).map((span) => span.from);
        expect(cut.map((span) => span.from)).toEqual([from, ...joints]);
        expect(cut.map((span) => span.to)).toEqual([...joints, to]);
        expect(cut.every((span) => span.from < span.to)).toBe(true);
      }),
    );
  });
});
