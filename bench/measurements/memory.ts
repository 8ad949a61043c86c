import type { Bench } from '../bench.ts';
import { residentBytes } from '../proc.ts';
import type { ProbeMemory } from '../probe.ts';
import type { RunningTarget } from '../targets/target.ts';
import { workload } from '../workloads.ts';

/** Bytes after a collection, and resident ones. */
export interface MemoryMark {
  readonly used: number;
  readonly resident: number;
}

export interface Soak {
  readonly target: string;
  readonly requests: number;
  readonly errors: number;
  /** What stayed behind after collection, bytes; negative when there was less than before. */
  readonly growth: number;
}

const WARM_UP_SHARE = 0.2;

export async function markMemory({ process }: RunningTarget): Promise<MemoryMark> {
  const { heapUsed, external } = await process!.ask<ProbeMemory>('memory');
  return { used: heapUsed + external, resident: residentBytes(process!.pid) };
}

/** What many requests leave behind. */
export async function measureSoak(
  bench: Bench,
  target: RunningTarget,
  requests: number,
): Promise<Soak> {
  const amount = { connections: 64, durationMs: 600_000 };
  await bench.load(target, workload('json-1k'), { ...amount, limit: requests * WARM_UP_SHARE });
  const before = await settled(target);
  const { completed, errors } = await bench.load(target, workload('json-1k'), {
    ...amount,
    limit: requests,
  });
  const after = await settled(target);
  return {
    target: target.name,
    requests: completed,
    errors: Object.values(errors).reduce((sum, count) => sum + count, 0),
    growth: after.used - before.used,
  };
}

/** When what is written in the background has been written. */
async function settled(target: RunningTarget): Promise<MemoryMark> {
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  return markMemory(target);
}
