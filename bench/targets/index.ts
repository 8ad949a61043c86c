import type { BenchOptions } from '../options.ts';
import { say } from '../report.ts';
import { gateway, otherBuild } from './gateway.ts';
import { peer } from './peer.ts';
import { portkey } from './portkey.ts';
import { bareRelay, direct, naiveRelay } from './relays.ts';
import type { Ground, RunningTarget, Target } from './target.ts';

const TARGETS = [direct, bareRelay, naiveRelay, gateway, portkey];
/** What a comparison with the baseline needs. */
const CHECKED = ['direct', 'bare', 'gateway'];

export function chosenTargets({ targets, peers, builds, check }: BenchOptions): Target[] {
  const names = targets.length || !check ? targets : CHECKED;
  const own = TARGETS.filter(({ name }) => names.length === 0 || names.includes(name));
  return [...own, ...builds.map(otherBuild), ...peers.map(peer)];
}

/** Starts what starts; what does not is named, and the others are measured. */
export async function startTargets(
  targets: readonly Target[],
  ground: Ground,
): Promise<RunningTarget[]> {
  const running: RunningTarget[] = [];
  for (const target of targets) {
    try {
      running.push(await target.start(ground));
    } catch (error) {
      say(`${target.name} fails all workloads: ${(error as Error).message}`);
    }
  }
  return running;
}
