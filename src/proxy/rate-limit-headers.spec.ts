import type { ServerResponse } from 'node:http';
import { Claims } from '../../test/support/limit-claims.js';
import type { Claim, LimitState } from '../limits/limit.js';
import { duration, setRateLimitHeaders } from './rate-limit-headers.js';

const claims = new Claims();
const state = ({ limit }: Claim, remaining: number, resetMs: number): LimitState => ({
  limit,
  remaining,
  resetMs,
  retryAfterMs: null,
});

function headersFor(protocol: 'openai' | 'anthropic', states: LimitState[]) {
  const headers: Record<string, string> = {};
  const response = { setHeader: (name: string, value: string) => void (headers[name] = value) };
  setRateLimitHeaders(
    response as unknown as ServerResponse,
    protocol,
    states,
    Date.UTC(2026, 10, 26),
  );
  return headers;
}

describe('setRateLimitHeaders', () => {
  const states = [
    state(claims.rate(10, 20), 9, 1_100),
    state(claims.requests(100), 5, 61_000),
    state(claims.tokens(5_000, 1), 4_000, 500),
    state(claims.concurrency(1), 0, 0),
    state(claims.budget(1n, 1n), 0, 0),
  ];

  it("speaks OpenAI's words, of the tightest limit of each kind", () => {
    expect(headersFor('openai', states)).toEqual({
      'x-ratelimit-limit-requests': '100',
      'x-ratelimit-remaining-requests': '5',
      'x-ratelimit-reset-requests': '1m1s',
      'x-ratelimit-limit-tokens': '5000',
      'x-ratelimit-remaining-tokens': '4000',
      'x-ratelimit-reset-tokens': '500ms',
    });
  });

  it("speaks Anthropic's words", () => {
    expect(headersFor('anthropic', states.slice(0, 1))).toEqual({
      'anthropic-ratelimit-requests-limit': '20',
      'anthropic-ratelimit-requests-remaining': '9',
      'anthropic-ratelimit-requests-reset': '2026-11-26T00:00:01.100Z',
    });
  });
});

describe('duration', () => {
  it.each([
    [0, '0ms'],
    [119.2, '120ms'],
    [1_000, '1s'],
    [8_640, '8.64s'],
    [360_000, '6m0s'],
    [61_500, '1m1.5s'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});
