import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Figure } from './statistics.ts';
import type { TargetSummary } from './summary.ts';

type Workloads = Readonly<Record<string, readonly TargetSummary[]>>;

/** The gateway's CPU time as a multiple of the bare relay's, by workload: the same on a slow machine and a fast one. */
type Ratios = Readonly<Record<string, number>>;

const PATH = join(import.meta.dirname, 'baseline.json');
const TOLERANCE = 0.1;

export function ratiosOf(workloads: Workloads): Readonly<Record<string, Figure>> {
  const ratios: Record<string, Figure> = {};
  for (const [name, summaries] of Object.entries(workloads)) {
    const ratio = summaries.find(({ target }) => target === 'gateway')?.cpuRatio;
    if (ratio) ratios[name] = ratio;
  }
  return ratios;
}

/** What has got dearer than it may, in words: by the median, and in every single round dearer than it was. */
export async function complaintsAbout(ratios: ReturnType<typeof ratiosOf>): Promise<string[]> {
  const baseline = JSON.parse(await readFile(PATH, 'utf8')) as Ratios;
  return Object.entries(ratios).flatMap(([name, { median, min }]) => {
    const before = baseline[name];
    if (before === undefined || median <= before * (1 + TOLERANCE) || min <= before) return [];
    return [`${name}: ${median.toFixed(2)} × the bare relay, and it was ${before}`];
  });
}

export async function saveBaseline(ratios: ReturnType<typeof ratiosOf>): Promise<void> {
  const medians = Object.entries(ratios).map(([name, { median }]) => [name, round(median)]);
  await writeFile(PATH, `${JSON.stringify(Object.fromEntries(medians), null, 2)}\n`);
}

function round(ratio: number): number {
  return Math.round(ratio * 100) / 100;
}
