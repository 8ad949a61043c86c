import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TargetSummary } from './summary.ts';

/** The gateway's CPU time as a multiple of the bare relay's, by workload: the same on a slow machine and a fast one. */
export type Ratios = Readonly<Record<string, number>>;

const PATH = join(import.meta.dirname, 'baseline.json');
const TOLERANCE = 0.1;

export function ratiosOf(workloads: Readonly<Record<string, readonly TargetSummary[]>>): Ratios {
  const ratios: Record<string, number> = {};
  for (const [name, summaries] of Object.entries(workloads)) {
    const ratio = summaries.find(({ target }) => target === 'gateway')?.cpuRatio;
    if (ratio) ratios[name] = Math.round(ratio.median * 100) / 100;
  }
  return ratios;
}

/** What has got dearer than it may, in words. */
export async function complaintsAbout(ratios: Ratios): Promise<string[]> {
  const baseline = JSON.parse(await readFile(PATH, 'utf8')) as Ratios;
  return Object.entries(ratios).flatMap(([name, ratio]) => {
    const allowed = baseline[name];
    if (allowed === undefined || ratio <= allowed * (1 + TOLERANCE)) return [];
    return [`${name}: ${ratio} × the bare relay, and it was ${allowed}`];
  });
}

export async function saveBaseline(ratios: Ratios): Promise<void> {
  await writeFile(PATH, `${JSON.stringify(ratios, null, 2)}\n`);
}
