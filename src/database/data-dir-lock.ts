import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimes,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../config/config-error.js';

interface Holder {
  /** Each container is one, and most of their gateways are process 1; absent: this host. */
  host?: string;
  pid: number;
  /** Tells two processes apart that were given the same pid, one after the other. */
  birth: string;
}

/** The holder touches its lock so often, because nobody on another host can ask whether its process lives. */
const TOUCH_INTERVAL_MS = 5_000;
/** A host that has not touched its lock for so long is gone. */
const HOST_GONE_MS = 30_000;

/** Another gateway runs on the directory. */
export class DataDirInUseError extends ConfigError {}

/**
 * One process a `DATA_DIR`: two would write the same journal and start the same database. A holder that is no longer
 * alive, as after `kill -9`, holds nothing; on another host, it is alive as long as it touches its lock.
 */
export class DataDirLock {
  private readonly touching: NodeJS.Timeout;

  private constructor(private readonly path: string) {
    // Not waited for: a volume that hangs must not hold up calls.
    const touch = (): void => utimes(path, new Date(), new Date(), () => {});
    this.touching = setInterval(touch, TOUCH_INTERVAL_MS).unref();
  }

  /** Throws DataDirInUseError when another process holds the directory, ConfigError when it cannot be written. */
  static acquire(dataDir: string): DataDirLock {
    const path = join(dataDir, 'gateway.lock');
    try {
      mkdirSync(dataDir, { recursive: true });
      for (let attempt = 0; attempt < 5; attempt++) {
        if (create(path)) return new DataDirLock(path);
        const holder = read(path);
        if (holder ? isHeld(path, holder) : isYounger(path, 1_000)) {
          throw new DataDirInUseError(`DATA_DIR ${dataDir} is in use by ${wordsOn(holder)}`);
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
    clearInterval(this.touching);
    const holder = read(this.path);
    if (holder?.pid === process.pid && !isElsewhere(holder)) rmSync(this.path, { force: true });
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
  const birth = stateOf(process.pid)?.birth ?? '';
  const holder: Holder = { host: hostname(), pid: process.pid, birth };
  writeSync(file, JSON.stringify(holder));
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

function wordsOn(holder: Holder | undefined): string {
  const advice = 'stop that gateway, or give this one its own DATA_DIR and PORT';
  // Its maker was just about to write into it.
  if (!holder) return `another process: ${advice}`;
  if (!isElsewhere(holder)) return `process ${holder.pid}: ${advice}`;
  const freeAfter = `the directory is free ${HOST_GONE_MS / 1_000} s after its last sign of life`;
  return `process ${holder.pid} on host ${holder.host}: ${advice}; if it has died, ${freeAfter}`;
}

function isHeld(path: string, holder: Holder): boolean {
  return isElsewhere(holder) ? isYounger(path, HOST_GONE_MS) : isAlive(holder);
}

function isElsewhere({ host = hostname() }: Holder): boolean {
  return host !== hostname();
}

function isYounger(path: string, ageMs: number): boolean {
  const file = statSync(path, { throwIfNoEntry: false });
  return file !== undefined && Date.now() - file.mtimeMs < ageMs;
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
