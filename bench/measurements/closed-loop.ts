import type { Bench, MeasuredLoad } from '../bench.ts';
import type { Pace } from '../options.ts';
import type { Percentiles } from '../statistics.ts';
import type { RunningTarget } from '../targets/target.ts';
import type { Workload } from '../workloads.ts';

/** What one target did in one round. */
export interface Round {
  /** Microseconds a request under load; NaN for what was not started here. */
  readonly cpuUs: number;
  /** The same of the processes it started: the database of the gateway. */
  readonly childCpuUs: number;
  readonly requestsPerSecond: number;
  readonly loadedMs: Percentiles;
  /** One request at a time. */
  readonly singleMs: Percentiles;
  readonly singleFirstByteMs: Percentiles;
  readonly errors: Readonly<Record<string, number>>;
}

export interface TargetRounds {
  readonly target: string;
  /** Why the target could not be measured; null when it was. */
  readonly failure: string | null;
  readonly rounds: readonly Round[];
}

/** Measures one workload on all targets in turn, round by round, so that whatever slows the machine slows them all. */
export async function measureClosedLoop(
  bench: Bench,
  workload: Workload,
  targets: readonly RunningTarget[],
  pace: Pace,
): Promise<TargetRounds[]> {
  const results = targets.map(({ name }) => ({
    target: name,
    failure: null as string | null,
    rounds: [] as Round[],
  }));
  for (const [index, target] of targets.entries()) {
    results[index]!.failure = await firstComplaint(bench, workload, target);
    if (results[index]!.failure) continue;
    const { concurrency: connections } = workload;
    await bench.load(target, workload, { connections, durationMs: pace.warmUpMs });
  }
  for (let round = 0; round < pace.rounds; round++) {
    for (const [index, target] of targets.entries()) {
      if (results[index]!.failure) continue;
      results[index]!.rounds.push(await measureRound(bench, workload, target, pace));
    }
  }
  return results;
}

/** A target that cannot do it at all is not asked again. */
async function firstComplaint(
  bench: Bench,
  workload: Workload,
  target: RunningTarget,
): Promise<string | null> {
  const amount = { connections: 1, durationMs: 1_000, limit: 1 };
  const { errors } = await bench.load(target, workload, amount);
  return Object.keys(errors)[0] ?? null;
}

async function measureRound(
  bench: Bench,
  workload: Workload,
  target: RunningTarget,
  { loadedMs, singleMs }: Pace,
): Promise<Round> {
  const { concurrency: connections } = workload;
  const loaded = await bench.load(target, workload, { connections, durationMs: loadedMs });
  const durationMs = workload.paced ? 0 : singleMs;
  const single = await bench.load(target, workload, { connections: 1, durationMs });
  return {
    cpuUs: perRequestUs(loaded.cpuSeconds, loaded),
    childCpuUs: perRequestUs(loaded.childCpuSeconds, loaded),
    requestsPerSecond: (loaded.completed / loaded.elapsedMs) * 1_000,
    loadedMs: loaded.latencyMs,
    singleMs: single.latencyMs,
    singleFirstByteMs: single.firstByteMs,
    errors: sum(loaded.errors, single.errors),
  };
}

function perRequestUs(seconds: number, { completed }: MeasuredLoad): number {
  return (seconds * 1e6) / completed;
}

function sum(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const total = { ...a };
  for (const [name, count] of Object.entries(b)) total[name] = (total[name] ?? 0) + count;
  return total;
}
