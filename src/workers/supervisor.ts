import { setTimeout as sleep } from 'node:timers/promises';
import { LEAD } from '../common/peers.js';
import type { Logger } from '../common/logger.js';
import type { Assignment } from './worker-topics.js';
import type { WorkerExit, WorkerProcess } from './worker-process.js';

export interface SupervisorOptions {
  readonly count: number;
  readonly logger: Logger;
  fork(place: Pick<Assignment, 'worker' | 'others' | 'listensFirst'>): WorkerProcess;
  /** Has a worker finish what another one left that has ended for good. Never rejects. */
  takeOver(number: number, by: WorkerProcess): Promise<void>;
  /** How long a worker may take to end after it was told to; then it is killed. */
  readonly patienceMs: number;
}

/** Before a worker that has died is replaced: at first at once, then longer and longer. */
const PAUSES_MS = [0, 500, 1_000, 2_000, 5_000, 10_000];
/** One that has lived so long has not died of its start. */
const PROVEN_MS = 30_000;

/** Keeps so many workers running, one of which leads; replaces those that die, and all of them one by one when told to. */
export class Supervisor {
  private readonly workers = new Map<number, WorkerProcess>();
  /** Of those that have ended and left something that is being finished. */
  private readonly reserved = new Set<number>();
  private leader: WorkerProcess | null = null;
  private hasServed = false;
  private isStopping = false;
  private isRestarting = false;
  private deaths = 0;
  /** Starts come one after the other: a worker may take over the journals of those that are gone while nobody else begins one. */
  private starting: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: SupervisorOptions) {}

  get all(): readonly WorkerProcess[] {
    return [...this.workers.values()];
  }

  /** Resolves with how the first worker ended when it never served: whatever it died of, the others would too. Null: it serves. */
  async start(): Promise<WorkerExit | null> {
    const first = this.fork();
    const exit = await Promise.race([first.exited, first.ready.then(() => null)]);
    if (exit === null) {
      this.hasServed = true;
      for (let i = 1; i < this.options.count; i++) void this.add();
    }
    return exit;
  }

  /** Resolves when all workers have ended. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.signal();
    const kill = setTimeout(() => {
      this.options.logger.error('workers did not end in time and are killed', 'Workers');
      for (const worker of this.all) worker.signal('SIGKILL');
    }, this.options.patienceMs);
    await Promise.all(this.all.map(({ exited }) => exited));
    clearTimeout(kill);
  }

  /** Passes on that somebody wants an end. */
  signal(): void {
    for (const worker of this.all) worker.signal('SIGTERM');
  }

  /** Replaces the workers one by one: a new one serves before an old one lets go. */
  async restart(): Promise<void> {
    const { logger } = this.options;
    if (this.isRestarting || this.isStopping) return;
    this.isRestarting = true;
    logger.log('replacing the workers one by one', 'Workers');
    const old = this.all;
    for (const worker of old) {
      if (!(await this.replace(worker))) {
        logger.error('a new worker did not come to serve, the others stay', 'Workers');
        break;
      }
    }
    this.isRestarting = false;
    if (!this.all.some((worker) => old.includes(worker))) {
      logger.log('all workers are replaced', 'Workers');
    }
  }

  /** False when the new one has not come to serve. */
  private async replace(old: WorkerProcess): Promise<boolean> {
    if (this.isStopping || this.workers.get(old.number) !== old) return true;
    const next = await this.add();
    if (!next) return this.isStopping;
    old.retire();
    this.appointLeader();
    const kill = setTimeout(() => old.signal('SIGKILL'), this.options.patienceMs);
    await old.exited;
    clearTimeout(kill);
    return true;
  }

  /** Resolves when the worker serves, or with null when it has ended before. */
  private add(isNeeded = () => true): Promise<WorkerProcess | null> {
    const added = this.starting.then(async () => {
      if (this.isStopping || !isNeeded()) return null;
      const worker = this.fork();
      return Promise.race([worker.ready.then(() => worker), worker.exited.then(() => null)]);
    });
    this.starting = added;
    return added;
  }

  private fork(): WorkerProcess {
    const others = [...this.workers.keys(), ...this.reserved];
    let number = 1;
    while (others.includes(number)) number++;
    const listensFirst = !this.all.some(({ isServing }) => isServing);
    const worker = this.options.fork({ worker: number, others, listensFirst });
    const startedAt = performance.now();
    this.workers.set(number, worker);
    void worker.ready.then(() => this.appointLeader());
    void worker.exited.then((exit) => {
      this.workers.delete(number);
      this.lost(worker, exit, performance.now() - startedAt);
    });
    return worker;
  }

  private lost(worker: WorkerProcess, { code, signal }: WorkerExit, livedMs: number): void {
    if (this.leader === worker) this.leader = null;
    this.appointLeader();
    if (!this.hasServed || this.isStopping) return;
    if (worker.isRetiring) {
      void this.takeOver(worker.number);
      return;
    }
    const how = signal === null ? `with code ${code}` : `by ${signal}`;
    this.options.logger.error(`worker ${worker.number} has ended ${how}`, 'Workers');
    if (livedMs > PROVEN_MS) this.deaths = 0;
    const pauseMs = PAUSES_MS[Math.min(this.deaths++, PAUSES_MS.length - 1)]!;
    void sleep(pauseMs).then(() => this.add(() => this.isOneMissing));
  }

  /** During a restart there is one more than there should be. */
  private get isOneMissing(): boolean {
    return this.all.filter(({ isRetiring }) => !isRetiring).length < this.options.count;
  }

  /** A worker that has died is replaced by one that takes over its journal; for one that has retired, nobody starts any more. */
  private async takeOver(number: number): Promise<void> {
    if (!this.leader) return;
    this.reserved.add(number);
    await this.options.takeOver(number, this.leader);
    this.reserved.delete(number);
  }

  private appointLeader(): void {
    if (this.isStopping || this.leader?.isServing) return;
    this.leader = this.all.find(({ isServing }) => isServing) ?? null;
    this.leader?.channel.tell(LEAD, undefined);
  }
}
