import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../config/config-error.js';

interface Holder {
  pid: number;
  /** Tells two processes apart that were given the same pid, one after the other. */
  birth: string;
}

/** Another gateway runs on the directory. */
export class DataDirInUseError extends ConfigError {}

/**
 * One process a `DATA_DIR`: two would write the same journal and start the same database. A holder that is no longer
 * alive, as after `kill -9`, holds nothing.
 */
export class DataDirLock {
  private constructor(private readonly path: string) {}

  /** Throws DataDirInUseError when another process holds the directory, ConfigError when it cannot be written. */
  static acquire(dataDir: string): DataDirLock {
    const path = join(dataDir, 'gateway.lock');
    try {
      mkdirSync(dataDir, { recursive: true });
      for (let attempt = 0; attempt < 5; attempt++) {
        if (create(path)) return new DataDirLock(path);
        const holder = read(path);
        if (holder ? isAlive(holder) : isNew(path)) {
          const who = holder ? `process ${holder.pid}` : 'another process';
          throw new DataDirInUseError(
            `DATA_DIR ${dataDir} is in use by ${who}: stop that gateway, or give this one its own DATA_DIR and PORT`,
          );
        }
        rmSync(path, { force: true });
      }
    } catch (cause) {
      if (cause instanceof ConfigError) throw cause;
      const { code } = cause as { code?: string };
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
  writeSync(file, JSON.stringify({ pid: process.pid, birth: stateOf(process.pid)?.birth ?? '' }));
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

/** Its maker may be just about to write into it. */
function isNew(path: string): boolean {
  const file = statSync(path, { throwIfNoEntry: false });
  return file !== undefined && Date.now() - file.mtimeMs < 1_000;
}

function isAlive({ pid, birth }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, but belongs to another user.
    if ((error as { code?: string }).code !== 'EPERM') return false;
  }
  const found = stateOf(pid);
  if (!found) return true;
  // A killed process that its parent has not noticed yet is still listed, as a zombie.
  return found.birth === birth && found.state !== 'Z';
}

/** From proc(5) stat: state, and start time in clock ticks since boot. Undefined where there is no /proc. */
function stateOf(pid: number): { state: string; birth: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may contain anything; the fields after it do not. State is field 3, start time field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0]!, birth: fields[19]! };
  } catch {
    return undefined;
  }
}
