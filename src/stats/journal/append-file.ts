import { closeSync, fdatasync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const sync = promisify(fdatasync);

/** A file that only grows. */
export interface AppendFile {
  /** Into the page cache, which outlives a killed process. Throws and leaves the file as it was. */
  append(bytes: Buffer): void;
  /** Until it is on the disk, which also outlives a power cut. */
  sync(): Promise<void>;
  close(): void;
}

/** The calls of node:fs that a disk may refuse. */
export interface Disk {
  /** Writes from `at` on, and returns how many bytes it took. */
  writeSync(file: number, bytes: Buffer, at: number): number;
  ftruncateSync(file: number, size: number): void;
}

/** Throws what node:fs throws, such as ENOSPC. */
export function openAppendFile(
  path: string,
  disk: Disk = { writeSync, ftruncateSync },
): AppendFile {
  const file = openSync(path, 'a', 0o600);
  let size = 0;
  let isTorn = false;
  const takeBack = (): void => {
    disk.ftruncateSync(file, size);
    isTorn = false;
  };
  return {
    append(bytes) {
      // Behind half a line a whole one would be damaged too.
      if (isTorn) takeBack();
      try {
        // A disk that is nearly full takes the beginning and says so only the next time.
        for (let at = 0; at < bytes.length;) at += disk.writeSync(file, bytes, at);
      } catch (error) {
        isTorn = true;
        try {
          takeBack();
        } catch {
          // The next append tries again; what the write said is the cause.
        }
        throw error;
      }
      size += bytes.length;
    },
    sync: () => sync(file),
    close: () => closeSync(file),
  };
}
