import fc from 'fast-check';
import { formatUsd, parseUsd } from './money.js';

describe('parseUsd', () => {
  it.each([
    ['25', 25_000_000_000n],
    ['25.00', 25_000_000_000n],
    [0.1, 100_000_000n],
    [0, 0n],
    ['0.000000001', 1n],
    ['9223372036.854775807', 2n ** 63n - 1n],
  ])('reads %j', (amount, nanoUsd) => {
    expect(parseUsd(amount)).toBe(nanoUsd);
  });

  it.each([
    '-1',
    -1,
    '',
    '1e3',
    1e21,
    1e-7,
    0.1 + 0.2,
    '0.0000000001',
    '9223372036.854775808',
    '1,5',
    ' 1',
    '0x10',
    NaN,
    Infinity,
    null,
    true,
    ['1'],
  ])('refuses %j', (amount) => {
    expect(parseUsd(amount)).toBeUndefined();
  });

  it('reads back whatever was written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (nanoUsd) => {
        expect(parseUsd(formatUsd(nanoUsd))).toBe(nanoUsd);
      }),
    );
  });
});

describe('formatUsd', () => {
  it.each([
    [25_000_000_000n, '25.00'],
    [12_500_000_000n, '12.50'],
    [1n, '0.000000001'],
    [100_000n, '0.0001'],
    [0n, '0.00'],
    [-1_230_000_000n, '-1.23'],
  ])('writes %d as %s', (nanoUsd, text) => {
    expect(formatUsd(nanoUsd)).toBe(text);
  });
});
