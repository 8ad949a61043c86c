import type { Pin } from '../cores.ts';
import type { NodeProcess } from '../node-process.ts';
import type { Workload } from '../workloads.ts';

/** Where and how targets are started. */
export interface Ground {
  readonly pin: Pin;
  readonly upstreamPort: number;
  /** For data and logs; empty at the start. */
  readonly directory: string;
  readonly freePort: () => Promise<number>;
}

/** Something that can stand between a client and the upstream. */
export interface Target {
  readonly name: string;
  start(ground: Ground): Promise<RunningTarget>;
}

/** How a target wants to be asked. */
export interface Address {
  readonly path: string;
  readonly model: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface RunningTarget {
  readonly name: string;
  readonly port: number;
  /** Null when it was not started here: then only what a client sees can be measured. */
  readonly process: NodeProcess | null;
  /**
   * How to ask for a workload.
   * @param model one of the workload's
   * @param index to choose among keys
   */
  address(workload: Workload, model: string, index: number): Address;
  stop(): Promise<void>;
}

export function pathOf({ client }: Workload): string {
  return client === 'anthropic' ? '/v1/messages' : '/v1/chat/completions';
}

/** With these every Node.js program under test can be asked for its memory. */
export const PROBED = [
  '--expose-gc',
  '--disable-warning=ExperimentalWarning',
  `--import=${new URL('../probe.ts', import.meta.url).href}`,
];
