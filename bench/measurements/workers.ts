import { readFileSync } from 'node:fs';
import type { Bench } from '../bench.ts';
import type { Pace } from '../options.ts';
import { childrenOf, cpuSeconds } from '../proc.ts';
import { SlowCore } from '../slow-core.ts';
import { figureOf, type Figure } from '../statistics.ts';
import { gatewayOf } from '../targets/gateway.ts';
import type { RunningTarget } from '../targets/target.ts';
import { workload } from '../workloads.ts';

/** What so many workers do, each on a slow core of its own. */
export interface WorkersResult {
  readonly workers: number;
  /** Null where there are no slow cores: workers and load generator would compete. */
  readonly requestsPerSecond: Figure | null;
  /** The same as a multiple of one worker's in the same round. */
  readonly timesOne: Figure | null;
  /** Microseconds a request, of all workers together. */
  readonly workerCpuUs: Figure | null;
  /** The same of the process that the workers have in common. */
  readonly primaryCpuUs: Figure | null;
  /** How the work was shared: the CPU time of the busiest worker as a part of all. */
  readonly busiestShare: Figure | null;
  readonly errors: number;
}

interface Subject {
  readonly target: RunningTarget;
  readonly workers: readonly number[];
  readonly primary: number | null;
  readonly cores: readonly (SlowCore | null)[];
}

interface Round {
  readonly requestsPerSecond: number;
  readonly workerCpuUs: number;
  readonly primaryCpuUs: number;
  readonly busiestShare: number;
  readonly errors: number;
}

const COUNTS = [1, 2];
/** Of a core: two workers, what they share, the upstream and the load generator fit into two whole ones. */
const CORE_SHARE = 0.3;
const CONNECTIONS_PER_WORKER = 32;
const WORKLOAD = workload('json-1k');

/** One worker and several, in turn, as always. */
export async function measureWorkers(
  bench: Bench,
  { rounds, firstWarmUpMs, loadedMs }: Pace,
): Promise<WorkersResult[]> {
  const subjects: Subject[] = [];
  const results = COUNTS.map(() => [] as Round[]);
  try {
    for (const count of COUNTS) subjects.push(await start(bench, count));
    for (const { target, workers, cores } of subjects) {
      const durationMs = 2 * firstWarmUpMs;
      await bench.load(target, WORKLOAD, {
        connections: CONNECTIONS_PER_WORKER * workers.length,
        durationMs,
      });
      // Only now: on a slow core the compiler would take minutes.
      for (const [index, core] of cores.entries()) core?.hold(workers[index]!);
    }
    for (let round = 0; round < rounds; round++) {
      for (const [index, subject] of subjects.entries()) {
        results[index]!.push(await measureRound(bench, subject, 2 * loadedMs));
      }
    }
  } finally {
    for (const { target, cores } of subjects) {
      await target.stop();
      for (const core of cores) core?.remove();
    }
  }
  return COUNTS.map((workers, index) => ({
    workers,
    ...summarise(subjects[index]!, results[index]!, results[0]!),
  }));
}

async function start(bench: Bench, count: number): Promise<Subject> {
  const env = { WORKERS: String(count), HEALTH_PROBE_INTERVAL_MS: '0' };
  const options = { name: `workers-${count}`, env, nodeOptions: [] };
  const target = await gatewayOf(options).start({ ...bench.ground, pin: [] });
  const { pid } = target.process!;
  while (count > 1 && workersOf(pid).length < count) await pause(50);
  // The last one of them has begun, and now it gets ready.
  await pause(count > 1 ? 5_000 : 0);
  const workers = count > 1 ? workersOf(pid) : [pid];
  const cores = workers.map((worker) => SlowCore.make(String(worker), CORE_SHARE));
  return { target, workers, primary: count > 1 ? pid : null, cores };
}

async function measureRound(
  bench: Bench,
  { target, workers, primary }: Subject,
  durationMs: number,
): Promise<Round> {
  const spent = (): number[] => [...workers, ...(primary ? [primary] : [])].map(cpuSeconds);
  const before = spent();
  const load = await bench.load(target, WORKLOAD, {
    connections: CONNECTIONS_PER_WORKER * workers.length,
    durationMs,
  });
  const seconds = spent().map((after, index) => after - before[index]!);
  const ofWorkers = seconds.slice(0, workers.length);
  const total = ofWorkers.reduce((sum, one) => sum + one, 0);
  return {
    requestsPerSecond: (load.completed / load.elapsedMs) * 1_000,
    workerCpuUs: (total * 1e6) / load.completed,
    primaryCpuUs: ((seconds[workers.length] ?? 0) * 1e6) / load.completed,
    busiestShare: Math.max(...ofWorkers) / total,
    errors: Object.values(load.errors).reduce((sum, count) => sum + count, 0),
  };
}

function summarise(
  { cores }: Subject,
  rounds: readonly Round[],
  ofOne: readonly Round[],
): Omit<WorkersResult, 'workers'> {
  const figure = (read: (round: Round) => number): Figure | null => figureOf(rounds.map(read));
  const isSlowed = cores.every((core) => core !== null);
  return {
    requestsPerSecond: isSlowed ? figure(({ requestsPerSecond }) => requestsPerSecond) : null,
    timesOne: isSlowed
      ? figureOf(
          rounds.map(
            ({ requestsPerSecond }, round) => requestsPerSecond / ofOne[round]!.requestsPerSecond,
          ),
        )
      : null,
    workerCpuUs: figure(({ workerCpuUs }) => workerCpuUs),
    primaryCpuUs: figure(({ primaryCpuUs }) => primaryCpuUs),
    busiestShare: figure(({ busiestShare }) => busiestShare),
    errors: rounds.reduce((sum, { errors }) => sum + errors, 0),
  };
}

/** Among the children of the primary is the database, too. */
function workersOf(primary: number): number[] {
  return childrenOf(primary).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('main.js');
    } catch {
      return false;
    }
  });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
