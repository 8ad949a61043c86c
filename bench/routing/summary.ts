import { INCIDENTS, type Incident } from './scenario.js';
import type { Outcome } from './simulation.js';

/** What the table says of a strategy. */
export interface Summary {
  readonly strategy: string;
  /** To the first token of streamed requests, with all tries. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** USD per thousand answered requests. */
  readonly cost: number;
  /** Share of requests that ended in an error. */
  readonly errors: number;
  /** Further tries per thousand requests. */
  readonly retries: number;
  /** Of the requests of a session, the share answered where the one before was. */
  readonly sameAccount: number;
  /** The share of tries that the account in trouble got, by incident. */
  readonly troubled: readonly number[];
  /** The largest share of tries any account got during any incident. */
  readonly busiest: number;
}

/** @param runs the same strategy with different traffic */
export function summarise(strategy: string, runs: readonly (readonly Outcome[])[]): Summary {
  const outcomes = runs.flat();
  const answered = outcomes.filter(({ firstTokenMs }) => firstTokenMs !== null);
  const latencies = answered
    .filter(({ request }) => request.request.stream)
    .map(({ firstTokenMs }) => firstTokenMs!);
  const cost = answered.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0);
  const further = outcomes.reduce((sum, { tries }) => sum + Math.max(0, tries.length - 1), 0);
  const shares = INCIDENTS.map((incident) => sharesDuring(incident, outcomes));
  return {
    strategy,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    cost: cost / 1e9 / (answered.length / 1_000),
    errors: 1 - answered.length / outcomes.length,
    retries: (further / outcomes.length) * 1_000,
    sameAccount: runs.reduce((sum, run) => sum + sameAccount(run), 0) / runs.length,
    troubled: INCIDENTS.map(({ accountId }, index) => shares[index]!.get(accountId) ?? 0),
    busiest: Math.max(...shares.flatMap((each) => [...each.values()])),
  };
}

/** @param share 0 to 1 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

function sharesDuring({ from, to }: Incident, outcomes: readonly Outcome[]): Map<string, number> {
  const tries = outcomes.flatMap((each) => each.tries).filter(({ at }) => at >= from && at < to);
  const shares = new Map<string, number>();
  for (const { accountId } of tries) {
    shares.set(accountId, (shares.get(accountId) ?? 0) + 1 / tries.length);
  }
  return shares;
}

function sameAccount(outcomes: readonly Outcome[]): number {
  const last = new Map<string, string>();
  let [followers, same] = [0, 0];
  for (const { request, tries, firstTokenMs } of outcomes) {
    const { session } = request.request;
    if (session === null || firstTokenMs === null) continue;
    const { accountId } = tries.at(-1)!;
    const before = last.get(session);
    if (before !== undefined) followers++;
    if (before === accountId) same++;
    last.set(session, accountId);
  }
  return same / followers;
}
