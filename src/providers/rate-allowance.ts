import type { IncomingHttpHeaders } from 'node:http';

/** What a provider says is left of its rate limit. */
export interface RateAllowance {
  /** The scarcest of requests and tokens, 0 to 1. */
  readonly remainingShare: number;
  /** When it is whole again, in the caller's monotonic milliseconds. */
  readonly resetsAt: number;
}

const OPENAI = ['requests', 'tokens'].map((what) => ({
  limit: `x-ratelimit-limit-${what}`,
  remaining: `x-ratelimit-remaining-${what}`,
  reset: `x-ratelimit-reset-${what}`,
}));
const ANTHROPIC = ['requests', 'tokens', 'input-tokens', 'output-tokens'].map((what) => ({
  limit: `anthropic-ratelimit-${what}-limit`,
  remaining: `anthropic-ratelimit-${what}-remaining`,
  reset: `anthropic-ratelimit-${what}-reset`,
}));
const LONGEST_MS = 600_000;
/** For a reset that says nothing we understand. */
const UNKNOWN_RESET_MS = 60_000;

/**
 * Reads OpenAI's (and compatible providers') `x-ratelimit-*` and Anthropic's `anthropic-ratelimit-*`; null where there are none.
 * @param now both clocks, for resets given as a duration and as a date
 */
export function readRateAllowance(
  headers: IncomingHttpHeaders,
  now: { wall: number; monotonic: number },
): RateAllowance | null {
  let scarcest: RateAllowance | null = null;
  for (const names of 'anthropic-ratelimit-requests-limit' in headers ? ANTHROPIC : OPENAI) {
    const limit = Number(headers[names.limit]);
    const remaining = Number(headers[names.remaining]);
    if (!(limit > 0) || !(remaining >= 0)) continue;
    const remainingShare = Math.min(1, remaining / limit);
    if (scarcest && scarcest.remainingShare <= remainingShare) continue;
    const inMs = resetInMs(String(headers[names.reset] ?? ''), now.wall);
    scarcest = { remainingShare, resetsAt: now.monotonic + inMs };
  }
  return scarcest;
}

const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;
const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** OpenAI writes `6m0s` or `20ms`, some peers plain seconds, Anthropic a date. */
function resetInMs(text: string, wallNow: number): number {
  const seconds = Number(text || Number.NaN);
  const parts = [...text.matchAll(PART)];
  let ms = Date.parse(text) - wallNow;
  if (!Number.isNaN(seconds)) ms = seconds * 1_000;
  else if (parts.map(([whole]) => whole).join('') === text && text !== '') {
    ms = parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNIT_MS[unit!]!, 0);
  }
  return ms >= 0 ? Math.min(ms, LONGEST_MS) : UNKNOWN_RESET_MS;
}
