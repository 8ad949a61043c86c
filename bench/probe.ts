import { Session } from 'node:inspector';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Loaded before a program under test: answers questions about its memory and its event loop, and does nothing unasked. */

export type ProbeQuestion = 'memory' | 'watch-delay' | 'delay' | 'watch-cpu' | 'cpu-profile';

export interface ProbeMemory {
  /** After a collection, bytes. */
  readonly heapUsed: number;
  readonly external: number;
}

const SAMPLING_INTERVAL_US = 200;
const session = new Session();
let delay: ReturnType<typeof monitorEventLoopDelay> | null = null;

process.on('message', (question: ProbeQuestion) => {
  if (question === 'cpu-profile')
    session.post('Profiler.stop', (_, result) => process.send!(result));
  else process.send!(answer(question));
});
// A program must end as it would without being asked.
process.channel?.unref();

function answer(question: Exclude<ProbeQuestion, 'cpu-profile'>): unknown {
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
    case 'watch-cpu':
      session.connect();
      session.post('Profiler.enable');
      session.post('Profiler.setSamplingInterval', { interval: SAMPLING_INTERVAL_US });
      session.post('Profiler.start');
      return {};
  }
}
