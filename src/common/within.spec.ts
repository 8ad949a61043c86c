import { setTimeout as sleep } from 'node:timers/promises';
import { within } from './within.js';

describe('within', () => {
  it('gives what the work gives in time', async () => {
    expect(await within(1_000, Promise.resolve('done'))).toBe('done');
  });

  it('gives null when the work takes longer, and lets it go on', async () => {
    let isDone = false;
    const work = sleep(20).then(() => (isDone = true));
    expect(await within(1, work)).toBeNull();
    expect(isDone).toBe(false);
    expect(await work).toBe(true);
  });

  it('fails as the work fails in time', async () => {
    await expect(within(1_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });

  it('hears nothing of what fails too late', async () => {
    const unhandled: unknown[] = [];
    const hear = (reason: unknown): number => unhandled.push(reason);
    process.on('unhandledRejection', hear);
    const work = sleep(10).then(() => Promise.reject(new Error('too late')));
    expect(await within(1, work)).toBeNull();
    await sleep(20);
    process.off('unhandledRejection', hear);
    expect(unhandled).toEqual([]);
  });

  it('keeps no timer when the work is done', async () => {
    const before = timers();
    await within(60_000, Promise.resolve());
    expect(timers()).toBe(before);
  });

  function timers(): number {
    return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  }
});
