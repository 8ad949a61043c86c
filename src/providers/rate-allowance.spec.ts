import { readRateAllowance } from './rate-allowance.js';

const now = { wall: Date.parse('2026-01-01T00:00:00Z'), monotonic: 500 };

describe('readRateAllowance', () => {
  it("reads the scarcest of OpenAI's limits", () => {
    const headers = {
      'x-ratelimit-limit-requests': '100',
      'x-ratelimit-remaining-requests': '90',
      'x-ratelimit-reset-requests': '1s',
      'x-ratelimit-limit-tokens': '1000',
      'x-ratelimit-remaining-tokens': '250',
      'x-ratelimit-reset-tokens': '6m0s',
    };
    expect(readRateAllowance(headers, now)).toEqual({ remainingShare: 0.25, resetsAt: 360_500 });
  });

  it("reads Anthropic's, whose resets are dates", () => {
    const headers = {
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '49',
      'anthropic-ratelimit-requests-reset': '2026-01-01T00:00:01Z',
      'anthropic-ratelimit-output-tokens-limit': '8000',
      'anthropic-ratelimit-output-tokens-remaining': '0',
      'anthropic-ratelimit-output-tokens-reset': '2026-01-01T00:00:30Z',
    };
    expect(readRateAllowance(headers, now)).toEqual({ remainingShare: 0, resetsAt: 30_500 });
  });

  it.each([
    ['20ms', 520],
    ['1.5s', 2_000],
    ['12', 12_500],
    ['soon', 60_500],
    ['', 60_500],
    ['9000h', 600_500],
  ])('reads the reset %j', (reset, resetsAt) => {
    const headers = {
      'x-ratelimit-limit-requests': '10',
      'x-ratelimit-remaining-requests': '1',
      'x-ratelimit-reset-requests': reset,
    };
    expect(readRateAllowance(headers, now)!.resetsAt).toBe(resetsAt);
  });

  it.each([{}, { 'x-ratelimit-limit-requests': 'many' }, { 'x-ratelimit-remaining-tokens': '5' }])(
    'finds nothing in %j',
    (headers) => expect(readRateAllowance(headers, now)).toBeNull(),
  );
});
