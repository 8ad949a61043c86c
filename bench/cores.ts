import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** A command that starts what follows it on certain cores; empty where that cannot be done. */
export type Pin = readonly string[];

/** What is measured has a core for itself; the upstream and the load generator share the others. */
export function pins(): { underTest: Pin; others: Pin } {
  const cores = availableParallelism();
  if (cores < 2 || !canPin()) return { underTest: [], others: [] };
  return {
    underTest: ['taskset', '-c', '0'],
    others: ['taskset', '-c', `1-${cores - 1}`],
  };
}

function canPin(): boolean {
  try {
    execFileSync('taskset', ['-c', '0', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
