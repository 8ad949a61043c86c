import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAppendFile, type AppendFile } from './append-file.js';
import { Journal } from './journal.js';
import { adoptSegments, listSegments, neighboursOf } from './segment.js';

describe('Journal', () => {
  let parent: string;
  let directory: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'journal-'));
    directory = join(parent, '0');
  });

  afterEach(() => {
    rmSync(parent, { recursive: true, force: true });
  });

  it('makes no directory before the first line', () => {
    expect(open().segments).toEqual([]);
    expect(readdirSync(parent)).toEqual([]);
  });

  it('has a line in the file as soon as it is appended', async () => {
    const journal = open();
    journal.append('B', 'id', '{"a":1}');
    expect(readFileSync(journal.segments[0]!.path, 'utf8')).toMatch(/^[0-9a-f]{8} B id {"a":1}\n$/);
    await journal.close();
  });

  it('begins a new segment when one is full, and knows how many bytes there are', async () => {
    const journal = open();
    for (let index = 0; index < 10; index++) journal.append('E', `id-${index}`, '"x"'.repeat(20));
    expect(journal.segments.length).toBeGreaterThan(2);
    expect(journal.segments.every(({ bytes }) => bytes <= 256)).toBe(true);
    const sizes = listSegments(directory).map(({ bytes }) => bytes);
    expect(journal.segments.map(({ bytes }) => bytes)).toEqual(sizes);
    expect(journal.bytes).toBe(sizes.reduce((sum, bytes) => sum + bytes));
    await journal.close();
  });

  it('goes on behind what earlier processes wrote', async () => {
    const before = open();
    before.append('E', 'first', '{}');
    await before.close();
    const journal = open();
    journal.append('E', 'second', '{}');
    expect(listSegments(directory).map(({ number }) => number)).toEqual([1, 2]);
    expect(journal.isClosed(journal.segments[0]!)).toBe(true);
    expect(journal.isClosed(journal.segments[1]!)).toBe(false);
    await journal.close();
  });

  it('gives the space of a removed segment back', async () => {
    const journal = open();
    journal.append('E', 'first', '{}');
    journal.rotate();
    await journal.remove(journal.segments[0]!);
    expect([journal.bytes, listSegments(directory)]).toEqual([0, []]);
    await journal.close();
  });

  it('takes no other segment for one that is gone already', async () => {
    const journal = open();
    journal.append('E', 'first', '{}');
    journal.rotate();
    journal.append('E', 'second', '{}');
    const [gone, active] = journal.segments;
    await Promise.all([journal.remove(gone!), journal.remove(gone!)]);
    expect(journal.segments).toEqual([active]);
    expect(journal.bytes).toBe(active!.bytes);
    await journal.close();
  });

  it('writes nothing behind a line that a full disk cut off', async () => {
    let isFull = false;
    const journal = open((path) => {
      const file = openAppendFile(path);
      const append = (bytes: Buffer) => {
        if (!isFull) return file.append(bytes);
        file.append(bytes.subarray(0, 5));
        throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
      };
      return { ...file, append };
    });
    journal.append('E', 'first', '{}');
    isFull = true;
    expect(() => journal.append('E', 'second', '{}')).toThrow('no space');
    isFull = false;
    journal.append('E', 'third', '{}');
    await journal.close();
    const [first, second] = journal.segments.map(({ path }) => readFileSync(path, 'utf8'));
    expect(first).toMatch(/ first {}\n.{5}$/);
    expect(second).toMatch(/ third {}\n$/);
  });

  it('takes over the journals of processes that are gone', async () => {
    for (const [name, ids] of [
      ['0', ['a']],
      ['1', ['b', 'c']],
    ] as const) {
      const journal = open(openAppendFile, join(parent, name));
      for (const id of ids) {
        journal.append('E', id, '{}');
        journal.rotate();
      }
      await journal.close();
    }
    for (const abandoned of neighboursOf(directory)) adoptSegments(directory, abandoned);
    expect(readdirSync(parent)).toEqual(['0']);
    const texts = listSegments(directory).map(({ path }) => readFileSync(path, 'utf8').slice(11));
    expect(texts).toEqual(['a {}\n', 'b {}\n', 'c {}\n']);
  });

  function open(openFile: (path: string) => AppendFile = openAppendFile, at = directory): Journal {
    return new Journal({
      directory: at,
      segmentBytes: 256,
      commitIntervalMs: 1,
      openFile,
      onSyncFailure: (error) => {
        throw error;
      },
    });
  }
});
