import { jest } from '@jest/globals';
import { Gathered } from './gathered.js';

describe('Gathered', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('does the work of a moment together, in order', () => {
    const { done, gathered } = setUp();
    for (const one of [1, 2]) gathered.add(one);
    jest.advanceTimersByTime(19);
    expect(done).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(done).toEqual([1, 2]);
    gathered.add(3);
    jest.advanceTimersByTime(20);
    expect(done).toEqual([1, 2, 3]);
  });

  it('keeps no more than so many waiting', () => {
    const { done, gathered } = setUp(3);
    for (const one of [1, 2, 3, 4]) gathered.add(one);
    expect(done).toEqual([1, 2, 3]);
  });

  it('works at once when asked to, and not twice', () => {
    const { done, gathered } = setUp();
    gathered.add(1);
    gathered.flush();
    jest.advanceTimersByTime(100);
    expect(done).toEqual([1]);
  });
});

function setUp(maxCount?: number) {
  const done: number[] = [];
  return { done, gathered: new Gathered<number>((one) => done.push(one), 20, maxCount) };
}
