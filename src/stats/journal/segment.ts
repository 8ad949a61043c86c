import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** One file of a journal. Names sort in the order of writing. */
export interface Segment {
  readonly path: string;
  readonly number: number;
  bytes: number;
  /** Wall clock; when an earlier process last wrote to it, or when this one began it. */
  readonly writtenAtMs: number;
}

const NAME = /^(\d{10})\.journal$/;

export function segmentPath(directory: string, number: number): string {
  return join(directory, `${String(number).padStart(10, '0')}.journal`);
}

/** Oldest first; none when there is no directory. */
export function listSegments(directory: string): Segment[] {
  return namesIn(directory)
    .flatMap((name) => {
      const number = Number(NAME.exec(name)?.[1] ?? Number.NaN);
      if (Number.isNaN(number)) return [];
      const path = join(directory, name);
      const { size, mtimeMs } = statSync(path);
      return [{ path, number, bytes: size, writtenAtMs: mtimeMs }];
    })
    .toSorted((a, b) => a.number - b.number);
}

/**
 * Takes over the journal of a process that is gone: its segments move behind those of `directory`. Moved one by one in
 * their order, they can be taken over again after a crash half-way.
 */
export function adoptSegments(directory: string, abandoned: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  let number = (listSegments(directory).at(-1)?.number ?? 0) + 1;
  for (const segment of listSegments(abandoned)) {
    renameSync(segment.path, segmentPath(directory, number++));
  }
  rmSync(abandoned, { recursive: true });
}

/** The journals beside this one, in a data directory that several processes have written to. */
export function neighboursOf(directory: string): string[] {
  const parent = join(directory, '..');
  return namesIn(parent)
    .map((name) => join(parent, name))
    .filter((path) => path !== directory && statSync(path).isDirectory());
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return [];
    throw error;
  }
}
