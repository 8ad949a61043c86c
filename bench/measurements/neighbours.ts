import type { Bench } from '../bench.ts';
import type { LoadResult } from '../load.ts';
import { figureOf, type Figure } from '../statistics.ts';
import type { RunningTarget } from '../targets/target.ts';
import { workload } from '../workloads.ts';

const SMALL_PER_SECOND = 200;
const LARGE_PER_SECOND = 10;

export interface Neighbours {
  readonly target: string;
  readonly aloneP99Ms: Figure | null;
  readonly besideP99Ms: Figure | null;
  /** Beside, divided by alone, of the same round. */
  readonly ratio: Figure | null;
  readonly errors: number;
}

/** How much longer small requests take while large prompts pass: both at a fixed rate, whatever the answers do. */
export async function measureNeighbours(
  bench: Bench,
  targets: readonly RunningTarget[],
  { rounds, neighbourMs: durationMs }: { rounds: number; neighbourMs: number },
): Promise<Neighbours[]> {
  const measured = targets.map(() => [] as { alone: LoadResult; beside: LoadResult }[]);
  for (let round = 0; round < rounds; round++) {
    for (const [index, target] of targets.entries()) {
      const base = { connections: 0, durationMs };
      const small = {
        ...bench.job(target, workload('json-1k')),
        ...base,
        ratePerSecond: SMALL_PER_SECOND,
      };
      const large = {
        ...bench.job(target, workload('prompt-300k')),
        ...base,
        ratePerSecond: LARGE_PER_SECOND,
      };
      const [alone] = await bench.run([small]);
      const [beside] = await bench.run([small, large]);
      measured[index]!.push({ alone: alone!, beside: beside! });
    }
  }
  return targets.map(({ name }, index) => summarise(name, measured[index]!));
}

function summarise(
  target: string,
  rounds: readonly { alone: LoadResult; beside: LoadResult }[],
): Neighbours {
  const p99 = ({ latencyMs }: LoadResult): number => latencyMs.p99;
  return {
    target,
    aloneP99Ms: figureOf(rounds.map(({ alone }) => p99(alone))),
    besideP99Ms: figureOf(rounds.map(({ beside }) => p99(beside))),
    ratio: figureOf(rounds.map(({ alone, beside }) => p99(beside) / p99(alone))),
    errors: rounds
      .flatMap(({ alone, beside }) => [alone, beside])
      .flatMap(({ errors }) => Object.values(errors))
      .reduce((sum, count) => sum + count, 0),
  };
}
