import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../config/config-error.js';

interface Holder {
  pid: number;
  /** Tells two processes apart that were given the same pid, one after the other. */
  birth: string;
}

/**
 * One process a `DATA_DIR`: two would write the same journal and start the same database. A holder that is no longer
 * alive, as after `kill -9`, holds nothing.
 */
export class DataDirLock {
  private constructor(private readonly path: string) {}

  /** Throws ConfigError when another process holds the directory. */
  static acquire(dataDir: string): DataDirLock {
    const path = join(dataDir, 'gateway.lock');
    try {
      mkdirSync(dataDir, { recursive: true });
      for (let attempt = 0; attempt < 5; attempt++) {
        if (create(path)) return new DataDirLock(path);
        const holder = read(path);
        if (holder && isAlive(holder)) {
          throw new ConfigError(
            `DATA_DIR ${dataDir} is in use by process ${holder.pid}: stop that gateway, or give this one its own DATA_DIR and PORT`,
          );
        }
        rmSync(path, { force: true });
      }
    } catch (cause) {
      const { code } = cause as { code?: string };
      if (code !== 'EACCES' && code !== 'EROFS' && code !== 'EPERM') throw cause;
      throw new ConfigError(`DATA_DIR ${dataDir} cannot be written (${code}): choose another`, {
        cause,
      });
    }
    throw new ConfigError(`DATA_DIR ${dataDir}: could not take ${path}; remove it and try again`);
  }

  release(): void {
    if (read(this.path)?.pid === process.pid) rmSync(this.path, { force: true });
  }
}

/** False when the file exists: `wx` lets exactly one process make it. */
function create(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') return false;
    throw error;
  }
  writeSync(file, JSON.stringify({ pid: process.pid, birth: birthOf(process.pid) ?? '' }));
  closeSync(file);
  return true;
}

function read(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, birth }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, but belongs to another user.
    if ((error as { code?: string }).code !== 'EPERM') return false;
  }
  const now = birthOf(pid);
  return now === undefined || now === birth;
}

/** Start time in clock ticks since boot, field 22 of proc(5) stat; undefined where there is no /proc. */
function birthOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
