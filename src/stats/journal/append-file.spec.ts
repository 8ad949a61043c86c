import { ftruncateSync, mkdtempSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAppendFile } from './append-file.js';

describe('openAppendFile', () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'append-file-'));
    path = join(directory, 'file');
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it('writes all of it to a disk that takes a little at a time', () => {
    const file = openAppendFile(path, { writeSync: aFew(Infinity), ftruncateSync });
    file.append(Buffer.from('first line\n'));
    file.append(Buffer.from('second line\n'));
    file.close();
    expect(content()).toBe('first line\nsecond line\n');
  });

  it('leaves the file as it was when the disk fails half-way', () => {
    const file = openAppendFile(path, { writeSync: aFew(6), ftruncateSync });
    file.append(Buffer.from('first line\n'));
    expect(() => file.append(Buffer.from('second line\n'))).toThrow('no space');
    expect(content()).toBe('first line\n');
    file.close();
  });

  it('writes nothing behind half a line that it could not take back at once', () => {
    let isBroken = true;
    const file = openAppendFile(path, {
      writeSync: aFew(2),
      ftruncateSync: (...values) => {
        if (isBroken) throw new Error('cannot be cut');
        ftruncateSync(...values);
      },
    });
    expect(() => file.append(Buffer.from('first line\n'))).toThrow('no space');
    expect(() => file.append(Buffer.from('second line\n'))).toThrow('cannot be cut');
    expect(content()).toBe('firs');
    isBroken = false;
    file.append(Buffer.from('third line\n'));
    expect(content()).toBe('third line\n');
    file.close();
  });

  /** Takes two bytes a time, and fails once after so many times. */
  function aFew(times: number) {
    let done = 0;
    return (file: number, bytes: Buffer, at: number): number => {
      if (done++ === times) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
      return writeSync(file, bytes, at, Math.min(2, bytes.length - at));
    };
  }

  const content = (): string => readFileSync(path, 'utf8');
});
