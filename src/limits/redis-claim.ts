import type { Claim, Limit } from './limit.js';

/** One hash slot for all of them, because a request's limits are decided in one script, in a cluster too. */
const PREFIX = '{llm-gateway}:limit:';

export const INSTANCES_KEY = '{llm-gateway}:instances';

/** The two keys of a claim: what it is counted in, and the promises of a budget. */
export function keysOf({ limit }: Claim): [string, string] {
  const key = PREFIX + limit.id;
  return [key, `${key}:held`];
}

/** The kind and four numbers that the reserve script takes for each claim. */
export function reserveWords(claim: Claim, wallClockMs: number): string[] {
  if ('spentAtLeast' in claim) {
    const { limit, nanoUsd, spentAtLeast } = claim;
    const resetMs = limit.endsAtMs === null ? -1 : Math.max(0, limit.endsAtMs - wallClockMs);
    return [
      'budget',
      String(limit.nanoUsd),
      String(nanoUsd),
      String(spentAtLeast),
      String(resetMs),
    ];
  }
  if ('amount' in claim) {
    return ['window', String(claim.limit.perMinute), String(claim.amount), '0', '0'];
  }
  const { limit } = claim;
  if (limit.kind === 'concurrency') return ['concurrency', String(limit.max), '0', '0', '0'];
  return ['rate', String(limit.perSecond), String(Math.max(1, limit.burst)), '0', '0'];
}

/** The three that the settle script takes. */
export function settleWords(claim: Claim): string[] {
  if ('spentAtLeast' in claim) return ['budget', '', String(claim.nanoUsd)];
  if ('amount' in claim) return ['window', claim.limit.kind, String(claim.amount)];
  if (claim.limit.kind === 'concurrency') return ['concurrency', '', '0'];
  return ['rate', String(1000 / claim.limit.perSecond), '0'];
}

/** What is to be renewed while the request runs; null for what is counted once. */
export function leaseMember(claim: Claim, lease: string): string | null {
  if ('spentAtLeast' in claim) return `${lease}|${claim.nanoUsd}`;
  return claim.limit.kind === 'concurrency' ? lease : null;
}

/** Of a limit's standing, as the script tells it. */
export function stateFrom(limit: Limit, [remaining, resetMs, retryMs]: readonly number[]) {
  return {
    limit,
    remaining: remaining!,
    resetMs: resetMs!,
    retryAfterMs: retryMs! < 0 ? null : retryMs!,
  };
}
