import type { Bench } from '../bench.ts';
import { residentBytes } from '../proc.ts';
import type { ProbeMemory } from '../probe.ts';
import type { RunningTarget } from '../targets/target.ts';
import { holdWorkload } from '../workloads.ts';

const STREAMS = 1_000;
/** Over so long the streams are opened: as many connections in one moment would measure the kernel's queue. */
const OPENING_MS = 1_000;

export interface OpenStreams {
  readonly target: string;
  readonly completed: number;
  readonly errors: Readonly<Record<string, number>>;
  /** How late timers ran in the process under test, over the whole time. */
  readonly eventLoopDelayP99Ms: number;
  readonly heapBytesPerStream: number;
  readonly residentBytesPerStream: number;
  readonly cpuUsPerEvent: number;
}

/** A thousand streams open at once, each with an event a second. */
export async function measureOpenStreams(
  bench: Bench,
  target: RunningTarget,
  seconds: number,
): Promise<OpenStreams> {
  const process = target.process!;
  const before = await process.ask<ProbeMemory>('memory');
  const residentBefore = residentBytes(process.pid);
  await process.ask('watch-delay');
  const running = bench.load(target, holdWorkload(seconds), {
    connections: 0,
    durationMs: OPENING_MS,
    ratePerSecond: (STREAMS * 1_000) / OPENING_MS,
  });
  await sleepSeconds(1 + seconds * 0.8);
  const { p99Ms } = await process.ask<{ p99Ms: number }>('delay');
  const resident = residentBytes(process.pid);
  const during = await process.ask<ProbeMemory>('memory');
  const { completed, errors, cpuSeconds } = await running;
  const used = during.heapUsed + during.external - before.heapUsed - before.external;
  return {
    target: target.name,
    completed,
    errors,
    eventLoopDelayP99Ms: p99Ms,
    heapBytesPerStream: used / STREAMS,
    residentBytesPerStream: (resident - residentBefore) / STREAMS,
    cpuUsPerEvent: (cpuSeconds * 1e6) / (STREAMS * seconds),
  };
}

function sleepSeconds(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
}
