import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CONTROLLER = '/sys/fs/cgroup/cpu';
const PERIOD_US = 50_000;

/**
 * A fraction of a core for one process, by the kernel's quota: several slow cores fit into a machine beside the load generator,
 * which would otherwise share the cores of what it measures. Needs root and the cpu controller of cgroups, version 1.
 */
export class SlowCore {
  private readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** Null where there is no way to make one. */
  static make(name: string, share: number): SlowCore | null {
    const directory = join(CONTROLLER, `llm-gateway-bench-${name}`);
    try {
      mkdirSync(directory);
      writeFileSync(join(directory, 'cpu.cfs_period_us'), String(PERIOD_US));
      writeFileSync(join(directory, 'cpu.cfs_quota_us'), String(Math.round(PERIOD_US * share)));
      return new SlowCore(directory);
    } catch {
      return null;
    }
  }

  /** With all its threads. */
  hold(pid: number): void {
    writeFileSync(join(this.directory, 'cgroup.procs'), String(pid));
  }

  /** Once the process has ended. */
  remove(): void {
    rmdirSync(this.directory);
  }
}
