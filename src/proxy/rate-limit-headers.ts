import type { ServerResponse } from 'node:http';
import { isoTime } from '../common/iso-time.js';
import type { LimitState } from '../limits/limit.js';
import type { ClientProtocol } from '../protocols/client-protocol.js';

/** What is counted, by what kinds of limits, and the words of either protocol for it. */
const COUNTED = [headersFor('requests', ['rate', 'requests']), headersFor('tokens', ['tokens'])];

function headersFor(what: string, kinds: readonly Kind[]) {
  return {
    kinds,
    anthropic: namesOf((name) => `anthropic-ratelimit-${what}-${name}`),
    openai: namesOf((name) => `x-ratelimit-${name}-${what}`),
  };
}

function namesOf(nameOf: (name: string) => string) {
  return { limit: nameOf('limit'), remaining: nameOf('remaining'), reset: nameOf('reset') };
}

type Kind = LimitState['limit']['kind'];

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
  for (const { kinds, anthropic, openai } of COUNTED) {
    const state = tightest(states, kinds);
    if (!state) continue;
    const isAnthropic = protocol === 'anthropic';
    const names = isAnthropic ? anthropic : openai;
    response.setHeader(names.limit, String(wholeOf(state)));
    response.setHeader(names.remaining, String(state.remaining));
    response.setHeader(
      names.reset,
      isAnthropic ? isoTime(wallClockMs + state.resetMs) : duration(state.resetMs),
    );
  }
}

function tightest(states: readonly LimitState[], kinds: readonly Kind[]): LimitState | undefined {
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
