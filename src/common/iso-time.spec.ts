import fc from 'fast-check';
import { isoTime } from './iso-time.js';

describe('isoTime', () => {
  it('agrees with Date', () => {
    const moments = fc.date({ noInvalidDate: true }).map((date) => date.getTime());
    fc.assert(
      fc.property(moments, fc.integer({ min: 0, max: 2_000 }), (timeMs, later) => {
        fc.pre(timeMs + later <= 8.64e15);
        for (const moment of [timeMs, timeMs + later]) {
          expect(isoTime(moment)).toBe(new Date(moment).toISOString());
        }
      }),
    );
  });

  it('drops parts of a millisecond, and refuses what is no moment', () => {
    expect(isoTime(1_700_000_000_123.9)).toBe('2023-11-14T22:13:20.123Z');
    expect(() => isoTime(NaN)).toThrow(RangeError);
  });
});
