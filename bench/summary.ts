import type { Round, TargetRounds } from './measurements/closed-loop.ts';
import { figureOf, type Figure, type Percentiles } from './statistics.ts';

/** One target on one workload: medians of rounds, each compared with the others of its own round. */
export interface TargetSummary {
  readonly target: string;
  readonly failure: string | null;
  readonly cpuUs: Figure | null;
  /** CPU time divided by the bare relay's. */
  readonly cpuRatio: Figure | null;
  readonly databaseCpuUs: Figure | null;
  readonly requestsPerSecond: Figure | null;
  /** Over the direct call, milliseconds. */
  readonly addedSingleMs: Added | null;
  readonly addedLoadedMs: Added | null;
  readonly addedFirstByteMs: Added | null;
  readonly errors: number;
}

export type Added = Readonly<Record<keyof Percentiles, Figure | null>>;

export const REFERENCE = 'bare';
const BASE = 'direct';

export function summarise(results: readonly TargetRounds[]): TargetSummary[] {
  const roundsOf = (name: string): readonly Round[] =>
    results.find(({ target }) => target === name)?.rounds ?? [];
  const reference = roundsOf(REFERENCE);
  const base = roundsOf(BASE);
  return results.map(({ target, failure, rounds }) => ({
    target,
    failure,
    cpuUs: figureOf(rounds.map(({ cpuUs }) => cpuUs)),
    cpuRatio: figureOf(rounds.map(({ cpuUs }, index) => cpuUs / (reference[index]?.cpuUs ?? NaN))),
    databaseCpuUs: figureOf(rounds.map(({ childCpuUs }) => childCpuUs)),
    requestsPerSecond: figureOf(rounds.map(({ requestsPerSecond }) => requestsPerSecond)),
    addedSingleMs: added(rounds, base, ({ singleMs }) => singleMs),
    addedLoadedMs: added(rounds, base, ({ loadedMs }) => loadedMs),
    addedFirstByteMs: added(rounds, base, ({ singleFirstByteMs }) => singleFirstByteMs),
    errors: rounds
      .flatMap(({ errors }) => Object.values(errors))
      .reduce((sum, count) => sum + count, 0),
  }));
}

/** Whether the rounds agree well enough to claim anything. */
export function isAgreed({ median, min, max }: Figure): boolean {
  return max - min <= 0.2 * median;
}

function added(
  rounds: readonly Round[],
  base: readonly Round[],
  read: (round: Round) => Percentiles,
): Added | null {
  if (base.length === 0) return null;
  const over = (name: keyof Percentiles): Figure | null =>
    figureOf(rounds.map((round, index) => read(round)[name] - read(base[index]!)[name]));
  return { p50: over('p50'), p90: over('p90'), p99: over('p99') };
}
