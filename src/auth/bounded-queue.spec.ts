import { setImmediate as turn } from 'node:timers/promises';
import { UnavailableError } from '../common/gateway-error.js';
import { BoundedQueue } from './bounded-queue.js';

describe('BoundedQueue', () => {
  it('runs two, lets three wait in order and refuses the sixth', async () => {
    const queue = new BoundedQueue({ running: 2, waiting: 3 });
    const tasks = [0, 1, 2, 3, 4].map((id) => task(id));
    const results = tasks.map(({ run }) => queue.run(run));
    await turn();
    expect(started(tasks)).toEqual([0, 1]);
    await expect(queue.run(() => Promise.resolve())).rejects.toBeInstanceOf(UnavailableError);
    tasks[1]!.finish();
    await results[1];
    await turn();
    expect(started(tasks)).toEqual([0, 1, 2]);
    for (const { finish } of tasks) finish();
    expect(await Promise.all(results)).toEqual([0, 1, 2, 3, 4]);
  });

  it('gives the place of a failed task to the next', async () => {
    const queue = new BoundedQueue({ running: 1, waiting: 1 });
    const failed = queue.run(() => Promise.reject(new Error('no')));
    const next = queue.run(() => Promise.resolve('done'));
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('done');
  });

  it('is free again after any number of tasks', async () => {
    const queue = new BoundedQueue({ running: 2, waiting: 0 });
    for (let round = 0; round < 5; round++) {
      await Promise.all([queue.run(() => Promise.resolve()), queue.run(() => Promise.resolve())]);
    }
    await expect(queue.run(() => Promise.resolve('free'))).resolves.toBe('free');
  });
});

interface Task {
  id: number;
  started: boolean;
  run: () => Promise<number>;
  finish: () => void;
}

function task(id: number): Task {
  let finish = (): void => {};
  const promise = new Promise<number>((resolve) => (finish = () => resolve(id)));
  const one: Task = {
    id,
    started: false,
    run: () => {
      one.started = true;
      return promise;
    },
    finish,
  };
  return one;
}

function started(tasks: readonly Task[]): number[] {
  return tasks.filter((one) => one.started).map(({ id }) => id);
}
