import { closeSync, fdatasync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const sync = promisify(fdatasync);

/** A file that only grows. */
export interface AppendFile {
  /** One write into the page cache, which outlives a killed process. Throws and leaves the file as it was. */
  append(bytes: Buffer): void;
  /** Until it is on the disk, which also outlives a power cut. */
  sync(): Promise<void>;
  close(): void;
}

/** Throws what node:fs throws, such as ENOSPC. */
export function openAppendFile(path: string): AppendFile {
  const file = openSync(path, 'a', 0o600);
  let size = 0;
  return {
    append(bytes) {
      try {
        const written = writeSync(file, bytes);
        // A disk that is nearly full takes the beginning and says so only the next time.
        if (written < bytes.length) writeSync(file, bytes, written);
      } catch (error) {
        ftruncateSync(file, size);
        throw error;
      }
      size += bytes.length;
    },
    sync: () => sync(file),
    close: () => closeSync(file),
  };
}
