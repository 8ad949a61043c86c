import { pipe } from '../../test/support/pipe.js';
import { Channel } from '../common/channel.js';
import { Logger } from '../common/logger.js';
import { LEAD } from '../common/peers.js';
import { Supervisor } from './supervisor.js';
import { READY, RETIRE } from './worker-topics.js';
import type { WorkerExit, WorkerProcess } from './worker-process.js';

describe('Supervisor', () => {
  let crew: Crew;

  beforeEach(() => {
    crew = new Crew();
  });

  it('starts the others once the first one serves, and lets that one lead', async () => {
    const started = crew.supervisor.start();
    await settled();
    expect(crew.numbers).toEqual([1]);
    crew.worker(1).serve();
    expect(await started).toBeNull();
    await settled();
    expect(crew.numbers).toEqual([1, 2]);
    expect([crew.worker(1), crew.worker(2)].map(({ place }) => place)).toEqual([
      { worker: 1, others: [], listensFirst: true },
      { worker: 2, others: [1], listensFirst: false },
    ]);
    expect([crew.worker(1).leads, crew.worker(2).leads]).toEqual([true, false]);
  });

  it('says how the first one ended, and starts no other, when it never served', async () => {
    const started = crew.supervisor.start();
    crew.worker(1).die({ code: 78, signal: null });
    expect(await started).toEqual({ code: 78, signal: null });
    await settled();
    expect(crew.numbers).toEqual([]);
  });

  it('replaces one that dies, and appoints another leader', async () => {
    await crew.serve();
    crew.worker(1).die({ code: null, signal: 'SIGKILL' });
    await settled();
    expect(crew.worker(2).leads).toBe(true);
    expect(crew.worker(1).place).toEqual({ worker: 1, others: [2], listensFirst: false });
  });

  it('lets a worker go only when another serves in its place', async () => {
    await crew.serve();
    const [first, second] = [crew.worker(1), crew.worker(2)];
    const restarted = crew.supervisor.restart();
    await settled();
    expect([crew.numbers, first.isRetired]).toEqual([[1, 2, 3], false]);
    crew.worker(3).serve();
    await settled();
    expect([first.isRetired, second.isRetired, second.leads]).toEqual([true, false, true]);
    first.die({ code: 0, signal: null });
    await settled();
    crew.worker(1).serve();
    await settled();
    expect([second.isRetired, crew.worker(3).leads]).toEqual([true, true]);
    second.die({ code: 0, signal: null });
    await restarted;
    expect(crew.numbers).toEqual([3, 1]);
    // What they left is finished by whoever leads then.
    expect(crew.finished).toEqual([
      [1, 2],
      [2, 3],
    ]);
  });

  it('keeps the old workers when a new one does not come to serve', async () => {
    await crew.serve();
    const restarted = crew.supervisor.restart();
    await settled();
    crew.worker(3).die({ code: 78, signal: null });
    await restarted;
    expect([crew.numbers, crew.worker(1).isRetired]).toEqual([[1, 2], false]);
  });

  it('replaces nobody who dies while a replacement is under way already', async () => {
    await crew.serve();
    const restarted = crew.supervisor.restart();
    await settled();
    crew.worker(1).die({ code: null, signal: 'SIGKILL' });
    crew.worker(3).serve();
    await settled();
    crew.worker(1).serve();
    await settled();
    expect(crew.worker(2).isRetired).toBe(true);
    crew.worker(2).die({ code: 0, signal: null });
    await restarted;
    expect(crew.numbers).toEqual([3, 1]);
  });

  it('stops them all, and starts none any more', async () => {
    await crew.serve();
    const stopped = crew.supervisor.stop();
    expect([crew.worker(1).signals, crew.worker(2).signals]).toEqual([['SIGTERM'], ['SIGTERM']]);
    for (const number of [1, 2]) crew.worker(number).die({ code: 0, signal: null });
    await stopped;
    await settled();
    expect(crew.numbers).toEqual([]);
  });
});

type Place = Parameters<ConstructorParameters<typeof Supervisor>[0]['fork']>[0];

/** What the supervisor sees of a worker, and what a worker would do. */
class FakeWorker {
  readonly signals: string[] = [];
  readonly ready: Promise<void>;
  readonly exited: Promise<WorkerExit>;
  readonly channel: Channel;
  die!: (exit: WorkerExit) => void;
  leads = false;
  isReady = false;
  isRetiring = false;
  isRetired = false;
  private readonly inside: Channel;

  constructor(readonly place: Place) {
    const [near, far] = pipe();
    this.channel = new Channel(near);
    this.inside = new Channel(far);
    this.inside.on(LEAD, () => void (this.leads = true));
    this.inside.on(RETIRE, () => void (this.isRetired = true));
    this.exited = new Promise((resolve) => (this.die = resolve));
    this.ready = new Promise((resolve) => {
      this.channel.on(READY, () => {
        this.isReady = true;
        resolve();
      });
    });
  }

  get number(): number {
    return this.place.worker;
  }

  get isServing(): boolean {
    return this.isReady && !this.isRetiring;
  }

  serve(): void {
    this.inside.tell(READY, undefined);
  }

  retire(): void {
    this.isRetiring = true;
    this.channel.tell(RETIRE, undefined);
  }

  signal(name: string): void {
    this.signals.push(name);
  }
}

class Crew {
  /** Who had to finish what whom left, both by number. */
  readonly finished: [number, number][] = [];
  private readonly forked = new Map<number, FakeWorker>();
  readonly supervisor = new Supervisor({
    count: 2,
    logger: Logger.silent(),
    patienceMs: 60_000,
    takeOver: (number, by) => Promise.resolve(void this.finished.push([number, by.number])),
    fork: (place) => {
      const worker = new FakeWorker(place);
      this.forked.set(place.worker, worker);
      return worker as unknown as WorkerProcess;
    },
  });

  /** Of those that live. */
  get numbers(): number[] {
    return this.supervisor.all.map(({ number }) => number);
  }

  /** The latest of this number. */
  worker(number: number): FakeWorker {
    return this.forked.get(number)!;
  }

  /** Both. */
  async serve(): Promise<void> {
    const started = this.supervisor.start();
    this.worker(1).serve();
    await started;
    await settled();
    this.worker(2).serve();
    await settled();
  }
}

/** Turns of the event loop, not time: a message takes one, the first replacement of a dead worker, a timer of no time, another. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
