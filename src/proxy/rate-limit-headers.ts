import type { ServerResponse } from 'node:http';
import type { LimitState } from '../limits/limit.js';
import type { ClientProtocol } from '../protocols/client-protocol.js';

const COUNTED = { requests: ['rate', 'requests'], tokens: ['tokens'] } as const;

/**
 * Tells the client how its limits stand, in the words of its protocol; of several of a kind the one that is nearest to its end.
 * https://platform.openai.com/docs/guides/rate-limits, https://platform.claude.com/docs/en/api/rate-limits
 * @param wallClockMs Anthropic's clients read moments, OpenAI's durations
 */
export function setRateLimitHeaders(
  response: ServerResponse,
  protocol: ClientProtocol,
  states: readonly LimitState[],
  wallClockMs: number,
): void {
  for (const [what, kinds] of Object.entries(COUNTED)) {
    const state = tightest(states, kinds);
    if (!state) continue;
    const [limit, remaining] = [String(wholeOf(state)), String(state.remaining)];
    if (protocol === 'anthropic') {
      const reset = new Date(wallClockMs + state.resetMs).toISOString();
      response.setHeader(`anthropic-ratelimit-${what}-limit`, limit);
      response.setHeader(`anthropic-ratelimit-${what}-remaining`, remaining);
      response.setHeader(`anthropic-ratelimit-${what}-reset`, reset);
    } else {
      response.setHeader(`x-ratelimit-limit-${what}`, limit);
      response.setHeader(`x-ratelimit-remaining-${what}`, remaining);
      response.setHeader(`x-ratelimit-reset-${what}`, duration(state.resetMs));
    }
  }
}

function tightest(
  states: readonly LimitState[],
  kinds: readonly LimitState['limit']['kind'][],
): LimitState | undefined {
  let found: LimitState | undefined;
  for (const state of states) {
    if (!kinds.includes(state.limit.kind)) continue;
    if (!found || state.remaining < found.remaining) found = state;
  }
  return found;
}

function wholeOf({ limit }: LimitState): number {
  if (limit.kind === 'rate') return limit.perSecond === 0 ? 0 : Math.max(1, limit.burst);
  return 'perMinute' in limit ? limit.perMinute : 0;
}

/** As OpenAI writes it: `120ms`, `8.64s`, `6m0s`. */
export function duration(ms: number): string {
  const whole = Math.ceil(ms);
  if (whole < 1_000) return `${whole}ms`;
  const minutes = Math.floor(whole / 60_000);
  const seconds = (whole % 60_000) / 1_000;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}
