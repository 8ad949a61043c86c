import { readdirSync, readFileSync } from 'node:fs';

/** Of `/proc/PID/stat`; the kernel has reported hundredths of a second for as long as there is a Linux. */
const TICKS_PER_SECOND = 100;

/** CPU time of a process so far, all its threads, user and system; seconds. NaN where there is no /proc. */
export function cpuSeconds(pid: number): number {
  try {
    return scheduledSeconds(pid) ?? tickedSeconds(pid);
  } catch {
    return NaN;
  }
}

/** The same for the processes that it started, such as a database. */
export function cpuSecondsOfChildren(pid: number): number {
  return childrenOf(pid).reduce(
    (sum, child) => sum + (cpuSeconds(child) || 0) + cpuSecondsOfChildren(child),
    0,
  );
}

/** Resident memory in bytes. */
export function residentBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? NaN) * 1_024;
  } catch {
    return NaN;
  }
}

/** Nanosecond counters of the scheduler; null where the kernel was built without them. */
function scheduledSeconds(pid: number): number | null {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(
        readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ', 1)[0],
      );
    } catch (error) {
      if ((error as { code?: string }).code === 'ESRCH') continue;
      return null;
    }
  }
  return nanoseconds > 0 ? nanoseconds / 1e9 : null;
}

function tickedSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is a name that may hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
        .split(' ')
        .filter(Boolean)
        .map(Number),
    );
  } catch {
    return [];
  }
}
