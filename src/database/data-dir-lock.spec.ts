import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { DataDirInUseError, DataDirLock } from './data-dir-lock.js';

describe('DataDirLock', () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gateway-lock-'));
    path = join(directory, 'gateway.lock');
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('lets one process in', () => {
    DataDirLock.acquire(directory);
    expect(() => DataDirLock.acquire(directory)).toThrow(DataDirInUseError);
    expect(() => DataDirLock.acquire(directory)).toThrow(`in use by process ${process.pid}`);
  });

  it('can be taken again after its release', () => {
    DataDirLock.acquire(directory).release();
    expect(existsSync(path)).toBe(false);
    DataDirLock.acquire(directory);
  });

  it('makes the directory', () => {
    const deep = join(directory, 'a', 'b');
    DataDirLock.acquire(deep);
    expect(existsSync(join(deep, 'gateway.lock'))).toBe(true);
  });

  it('takes over from a process that is gone', async () => {
    const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(child, 'exit');
    writeFileSync(path, JSON.stringify({ pid: child.pid, birth: '1' }));
    expect(() => DataDirLock.acquire(directory)).not.toThrow();
  });

  it('tells a pid that was given to another process since', () => {
    writeFileSync(path, JSON.stringify({ pid: process.pid, birth: 'another time' }));
    expect(() => DataDirLock.acquire(directory)).not.toThrow();
  });

  describe('on a volume of several hosts', () => {
    const elsewhere = JSON.stringify({ host: 'another-host', pid: process.pid, birth: '1' });
    const touchedAgo = (seconds: number): void => {
      const then = Date.now() / 1000 - seconds;
      utimesSync(path, then, then);
    };

    it('leaves the directory to a host that was heard of lately, and says so', () => {
      writeFileSync(path, elsewhere);
      touchedAgo(20);
      const acquire = (): unknown => DataDirLock.acquire(directory);
      expect(acquire).toThrow(DataDirInUseError);
      expect(acquire).toThrow(`in use by process ${process.pid} on host another-host`);
      expect(acquire).toThrow('free 30 s after');
      expect(readFileSync(path, 'utf8')).toBe(elsewhere);
    });

    it('takes over from a host that is silent', () => {
      writeFileSync(path, elsewhere);
      touchedAgo(31);
      DataDirLock.acquire(directory).release();
      expect(existsSync(path)).toBe(false);
    });

    it('does not release the lock of the same process id elsewhere', () => {
      const lock = DataDirLock.acquire(directory);
      writeFileSync(path, elsewhere);
      lock.release();
      expect(readFileSync(path, 'utf8')).toBe(elsewhere);
    });

    it('lets itself be heard of while it holds the directory', async () => {
      jest.useFakeTimers({ doNotFake: ['Date', 'nextTick', 'setImmediate'] });
      try {
        const lock = DataDirLock.acquire(directory);
        touchedAgo(3_600);
        jest.advanceTimersByTime(10_000);
        while (Date.now() - statSync(path).mtimeMs > 10_000) await new Promise(setImmediate);
        lock.release();
        expect(jest.getTimerCount()).toBe(0);
      } finally {
        jest.useRealTimers();
      }
    });
  });

  it('waits for nobody when a file was left empty long ago', () => {
    writeFileSync(path, '');
    expect(() => DataDirLock.acquire(directory)).toThrow('in use by another process');
    const longAgo = Date.now() / 1000 - 60;
    utimesSync(path, longAgo, longAgo);
    expect(() => DataDirLock.acquire(directory)).not.toThrow();
  });

  it('does not release the lock of another process', () => {
    const lock = DataDirLock.acquire(directory);
    writeFileSync(path, JSON.stringify({ pid: 1, birth: '1' }));
    lock.release();
    expect(existsSync(path)).toBe(true);
  });

  it('says that the directory cannot be written', () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    expect(() => DataDirLock.acquire(join(file, 'data'))).toThrow(/cannot be written \(ENOTDIR\)/);
  });
});
