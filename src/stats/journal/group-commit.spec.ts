import { jest } from '@jest/globals';
import { GroupCommit } from './group-commit.js';

describe('GroupCommit', () => {
  let syncs: (() => void)[];
  let failures: Error[];
  let commit: GroupCommit;

  beforeEach(() => {
    jest.useFakeTimers();
    syncs = [];
    failures = [];
    commit = new GroupCommit(
      () => new Promise((resolve) => syncs.push(resolve)),
      10,
      (error) => failures.push(error),
    );
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('syncs once for everything written within the interval', async () => {
    commit.mark();
    await jest.advanceTimersByTimeAsync(9);
    commit.mark();
    expect(syncs).toHaveLength(0);
    await jest.advanceTimersByTimeAsync(1);
    expect(syncs).toHaveLength(1);
  });

  it('syncs again for what was written during a sync', async () => {
    commit.mark();
    await jest.advanceTimersByTimeAsync(10);
    commit.mark();
    await jest.advanceTimersByTimeAsync(50);
    expect(syncs).toHaveLength(1);
    syncs[0]!();
    await jest.advanceTimersByTimeAsync(10);
    expect(syncs).toHaveLength(2);
  });

  it('settles only when what was written before is on the disk', async () => {
    commit.mark();
    await jest.advanceTimersByTimeAsync(10);
    commit.mark();
    let isSettled = false;
    const settled = commit.settle().then(() => (isSettled = true));
    syncs[0]!();
    await jest.advanceTimersByTimeAsync(0);
    expect(isSettled).toBe(false);
    syncs[1]!();
    await settled;
  });

  it('leaves no timer behind when it has settled', async () => {
    commit.mark();
    const settled = commit.settle();
    syncs[0]!();
    await settled;
    expect(jest.getTimerCount()).toBe(0);
  });

  it('tells of a failure and goes on', async () => {
    const failing = new GroupCommit(
      () => Promise.reject(new Error('EIO')),
      10,
      (error) => failures.push(error),
    );
    failing.mark();
    await jest.advanceTimersByTimeAsync(10);
    failing.mark();
    await failing.settle();
    expect(failures.map(({ message }) => message)).toEqual(['EIO', 'EIO']);
  });
});
