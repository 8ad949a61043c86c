import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Loaded before a program under test: answers questions about its memory and its event loop, and does nothing unasked. */

export type ProbeQuestion = 'memory' | 'watch-delay' | 'delay';

export interface ProbeMemory {
  /** After a collection, bytes. */
  readonly heapUsed: number;
  readonly external: number;
}

let delay: ReturnType<typeof monitorEventLoopDelay> | null = null;

process.on('message', (question: ProbeQuestion) => process.send!(answer(question)));
// A program must end as it would without being asked.
process.channel?.unref();

function answer(question: ProbeQuestion): unknown {
  switch (question) {
    case 'memory': {
      globalThis.gc!();
      globalThis.gc!();
      const { heapUsed, external } = process.memoryUsage();
      return { heapUsed, external } satisfies ProbeMemory;
    }
    case 'watch-delay':
      delay = monitorEventLoopDelay({ resolution: 5 });
      delay.enable();
      return {};
    case 'delay':
      delay!.disable();
      return { p99Ms: delay!.percentile(99) / 1e6 };
  }
}
