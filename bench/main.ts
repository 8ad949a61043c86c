import '../scripts/require-node.mjs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildWhenStale } from '../scripts/build-when-stale.mjs';
import { complaintsAbout, ratiosOf, saveBaseline } from './baseline.ts';
import { Bench } from './bench.ts';
import { HELP, readOptions, type BenchOptions } from './options.ts';
import { measureAll, type Results } from './measure-all.ts';
import { say } from './report.ts';
import { chosenTargets, startTargets } from './targets/index.ts';

const RESULTS = join(import.meta.dirname, 'results');

const options = readOptions(process.argv.slice(2));
if (options) await run(options);
else say(HELP);

async function run(chosen: BenchOptions): Promise<void> {
  await buildWhenStale();
  const bench = await Bench.start(chosen);
  say(`The upstream listens on http://127.0.0.1:${bench.upstreamPort}.`);
  const targets = await startTargets(chosenTargets(chosen), bench.ground);
  try {
    const results = await measureAll(bench, targets, chosen);
    await save(results);
    await judge(results, chosen);
  } finally {
    await Promise.all(targets.map((target) => target.stop()));
    await bench.stop();
  }
}

async function save(results: Results): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  const path = join(RESULTS, `${results.startedAt.replaceAll(':', '-')}.json`);
  await writeFile(path, JSON.stringify(results, null, 2));
  say(`\nEverything measured is in ${path}.`);
}

async function judge(
  { workloads }: Results,
  { check, saveBaseline: save }: BenchOptions,
): Promise<void> {
  const ratios = ratiosOf(workloads);
  if (save) await saveBaseline(ratios);
  if (!check) return;
  const complaints = await complaintsAbout(ratios);
  for (const complaint of complaints) say(complaint);
  say(complaints.length ? 'Dearer than the baseline.' : 'No dearer than the baseline.');
  if (complaints.length) process.exitCode = 1;
}
