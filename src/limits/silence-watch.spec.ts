import { jest } from '@jest/globals';
import { SilenceWatch } from './silence-watch.js';

describe('SilenceWatch', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);
  const silence = (): Error => new Error('silent');

  it('gives up after the deadline', async () => {
    const watch = new SilenceWatch(50);
    const ends: string[] = [];
    watch.within(new Promise(() => {}), silence).catch((error: Error) => ends.push(error.message));
    await pass(49);
    expect(ends).toEqual([]);
    await pass(6);
    expect(ends).toEqual(['silent']);
  });

  it('waits behind those who are answered, though not for ever', async () => {
    const watch = new SilenceWatch(50);
    const ends: string[] = [];
    watch.within(new Promise(() => {}), silence).catch((error: Error) => ends.push(error.message));
    for (let i = 0; i < 6; i++) {
      await pass(40);
      await watch.within(Promise.resolve(), silence);
    }
    expect(ends).toEqual([]);
    await pass(15);
    expect(ends).toEqual(['silent']);
  });

  it('passes on what came of the work', async () => {
    const watch = new SilenceWatch(50);
    await expect(watch.within(Promise.resolve(7), silence)).resolves.toBe(7);
    await expect(watch.within(Promise.reject(new Error('no')), silence)).rejects.toThrow('no');
  });

  it('has no timer when nobody waits', async () => {
    const watch = new SilenceWatch(50);
    await watch.within(Promise.resolve(), silence);
    await pass(10);
    expect(jest.getTimerCount()).toBe(0);
  });
});
