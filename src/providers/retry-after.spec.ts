import { readRetryAfter } from './retry-after.js';

const NOW = Date.parse('2026-11-21T12:00:00Z');

describe('readRetryAfter', () => {
  it.each<[Record<string, string>, number | null]>([
    [{}, null],
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': '0.25' }, 250],
    [{ 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }, 30_000],
    [{ 'retry-after-ms': '1500', 'retry-after': '2' }, 1_500],
    [{ 'x-ms-retry-after-ms': '300' }, 300],
    [{ 'retry-after': '86400' }, 600_000],
    [{ 'retry-after': '-1' }, 5_000],
    [{ 'retry-after': 'soon' }, 5_000],
    [{ 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, 5_000],
    [{ 'retry-after': '' }, 5_000],
    [{ 'retry-after-ms': 'NaN' }, 5_000],
  ])('reads %j as %p ms', (headers, milliseconds) => {
    expect(readRetryAfter(headers, NOW)).toBe(milliseconds);
  });
});
