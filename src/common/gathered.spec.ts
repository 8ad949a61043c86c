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
    const { done, gathered } = setUp();
    for (let one = 1; one <= 257; one++) gathered.add(one);
    expect(done).toHaveLength(256);
  });

  it('does the others when one fails, and says so', () => {
    const { done, failures, gathered } = setUp();
    for (const one of [1, BAD, 2]) gathered.add(one);
    jest.advanceTimersByTime(20);
    expect([done, failures]).toEqual([[1, 2], ['bad']]);
  });

  it('works at once when asked to, and not twice', () => {
    const { done, gathered } = setUp();
    gathered.add(1);
    gathered.flush();
    jest.advanceTimersByTime(100);
    expect(done).toEqual([1]);
  });
});

const BAD = -1;

function setUp() {
  const done: number[] = [];
  const failures: string[] = [];
  const work = (one: number): void => {
    if (one === BAD) throw new Error('bad');
    done.push(one);
  };
  const onFailure = ({ message }: Error): number => failures.push(message);
  return { done, failures, gathered: new Gathered(work, { delayMs: 20, onFailure }) };
}
