import cluster, { type Worker } from 'node:cluster';
import { Channel } from '../common/channel.js';
import { rescueConnections } from './rescue-connections.js';
import { READY, RETIRE } from './worker-topics.js';

export interface WorkerExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A worker as the primary sees it. */
export class WorkerProcess {
  readonly channel: Channel;
  /** Resolves when it serves; never, when it does not come to that. */
  readonly ready: Promise<void>;
  readonly exited: Promise<WorkerExit>;
  isReady = false;
  isRetiring = false;

  constructor(
    readonly number: number,
    private readonly worker: Worker,
  ) {
    this.channel = new Channel({
      // A worker that is going takes no more messages; whoever waits for its answer hears of its end.
      send: (batch) => void (worker.isConnected() && worker.send(batch, undefined, () => {})),
      onMessage: (listener) => worker.on('message', listener),
    });
    this.onceSilent(() => this.channel.close());
    this.ready = new Promise((resolve) => {
      this.channel.on(READY, () => {
        this.isReady = true;
        resolve();
      });
    });
    this.exited = new Promise((resolve) => {
      worker.once('exit', (code, signal) => resolve({ code, signal }));
    });
    // Spawning failed: `exit` follows.
    worker.on('error', () => {});
  }

  static fork(number: number, environment: Record<string, string>): WorkerProcess {
    const worker = cluster.fork(environment);
    rescueConnections(worker);
    return new WorkerProcess(number, worker);
  }

  get pid(): number | undefined {
    return this.worker.process.pid;
  }

  /** It serves, and shall go on. */
  get isServing(): boolean {
    return this.isReady && !this.isRetiring;
  }

  /** Everything it has said is heard, and it will say no more. */
  onceSilent(listener: () => void): void {
    // Not `disconnect`, which does not come when it is killed while a connection is on its way to it.
    this.worker.process.once('close', listener);
  }

  /** Another serves in its place. */
  retire(): void {
    this.isRetiring = true;
    this.channel.tell(RETIRE, undefined);
  }

  signal(name: NodeJS.Signals): void {
    this.worker.process.kill(name);
  }
}
