import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The server a killed gateway left behind, once it is neither starting nor stopping. */
export async function adoptable(data: string, timeoutMs: number): Promise<number | undefined> {
  await until(() => {
    const pid = runningPid(data);
    return pid === undefined || isReady(data, pid);
  }, timeoutMs);
  return runningPid(data);
}

/** Whether this process takes connections; a server that was killed leaves a file that says so for ever. */
export function isReady(data: string, pid: number): boolean {
  const file = pidFile(data);
  return file?.pid === pid && file.status === 'ready';
}

/** The live server of this very directory. */
export function runningPid(data: string): number | undefined {
  const pid = pidFile(data)?.pid;
  if (!pid) return undefined;
  try {
    process.kill(pid, 0);
    // Without /proc a live pid is believed: PostgreSQL itself refuses a second server on the directory.
    if (!existsSync('/proc/self')) return pid;
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(data) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** What postmaster.pid says: the process on its first line; `starting`, `ready` or `stopping` on its eighth. */
function pidFile(data: string): { pid: number; status: string } | undefined {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), status: lines[7]?.trim() ?? '' };
  } catch {
    return undefined;
  }
}

/** False when the time is over before the condition holds. */
export async function until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await sleep(10);
  }
  return true;
}
