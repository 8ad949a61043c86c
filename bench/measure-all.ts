import { availableParallelism, cpus } from 'node:os';
import type { Bench } from './bench.ts';
import { measureClosedLoop } from './measurements/closed-loop.ts';
import { markMemory, measureSoak, type Soak } from './measurements/memory.ts';
import { measureNeighbours, type Neighbours } from './measurements/neighbours.ts';
import { measureOpenStreams, type OpenStreams } from './measurements/open-streams.ts';
import { measureStartUp } from './measurements/start-up.ts';
import { measureWorkers, type WorkersResult } from './measurements/workers.ts';
import type { BenchOptions } from './options.ts';
import { residentBytes } from './proc.ts';
import * as report from './report.ts';
import type { Figure } from './statistics.ts';
import { summarise, type TargetSummary } from './summary.ts';
import type { RunningTarget } from './targets/target.ts';
import { workload as named, WORKLOADS } from './workloads.ts';

export interface Results {
  readonly startedAt: string;
  readonly node: string;
  readonly machine: string;
  readonly workloads: Readonly<Record<string, readonly TargetSummary[]>>;
  readonly neighbours: readonly Neighbours[];
  readonly openStreams: readonly OpenStreams[];
  readonly memory: readonly report.MemoryStory[];
  readonly soak: Soak | null;
  readonly startUp: Figure | null;
  readonly workers: readonly WorkersResult[];
}

/** Measures what was asked for and prints each table as soon as it is there. */
export async function measureAll(
  bench: Bench,
  targets: readonly RunningTarget[],
  options: BenchOptions,
): Promise<Results> {
  const { only, check, pace } = options;
  const wants = (name: string): boolean => (only.length ? only.includes(name) : !check);
  const processes = targets.filter(({ process }) => process !== null);
  const gateway = targets.find(({ name }) => name === 'gateway');
  const idle = await Promise.all(processes.map(markMemory));
  const loaded = processes.map(() => 0);
  const startedAt = new Date().toISOString();

  for (const target of processes) {
    await bench.load(target, named('json-1k'), { connections: 64, durationMs: pace.firstWarmUpMs });
  }
  const workloads: Record<string, TargetSummary[]> = {};
  for (const workload of WORKLOADS) {
    if (only.length && !only.includes(workload.name)) continue;
    const rounds = await measureClosedLoop(bench, workload, targets, pace);
    workloads[workload.name] = summarise(rounds);
    report.printWorkload(workload.name, workloads[workload.name]!);
    for (const [index, { process }] of processes.entries()) {
      loaded[index] = Math.max(loaded[index]!, residentBytes(process!.pid));
    }
  }

  const neighbours = wants('neighbours') ? await measureNeighbours(bench, targets, pace) : [];
  if (neighbours.length) report.printNeighbours(neighbours);

  const openStreams: OpenStreams[] = [];
  for (const target of wants('open-streams') ? processes : []) {
    openStreams.push(await measureOpenStreams(bench, target, pace.holdSeconds));
  }
  if (openStreams.length) report.printOpenStreams(openStreams);

  const soak =
    gateway && wants('memory') ? await measureSoak(bench, gateway, pace.soakRequests) : null;
  const memory = await Promise.all(
    processes.map(async (target, index) => ({
      target: target.name,
      idle: idle[index]!,
      loaded: loaded[index]!,
      after: await markMemory(target),
    })),
  );
  if (wants('memory')) report.printMemory(memory, soak);

  const startUp = wants('start-up') ? await measureStartUp(bench.ground, pace.starts) : null;
  if (startUp) report.printStartUp(startUp);

  // By name only: it takes a while, and says nothing about a request.
  const workers = only.includes('workers') ? await measureWorkers(bench, pace) : [];
  if (workers.length) report.printWorkers(workers);

  return {
    startedAt,
    node: process.version,
    machine: `${availableParallelism()} × ${cpus()[0]?.model}`,
    workloads,
    neighbours,
    openStreams,
    memory,
    soak,
    startUp,
    workers,
  };
}
