import { readFileSync, writeFileSync } from 'node:fs';
import { plot } from './plot.js';
import { simulateAll } from './simulation.js';
import { summarise } from './summary.js';
import { table } from './table.js';
import { generateTraffic } from './traffic.js';

/** One run is a matter of luck, above all whether a flaky account trips its circuit breaker. */
const SEEDS = [1, 2, 3];
const PAGE = new URL('../../docs/routing.md', import.meta.url);
const PLOT = new URL('../../docs/routing.svg', import.meta.url);
const TABLE = /(<!-- simulation -->\n)[^]*?(<!-- \/simulation -->)/;

const runs = SEEDS.map((seed) => simulateAll(generateTraffic(seed), seed));
const summaries = runs[0]!.map(({ strategy }, index) =>
  summarise(
    strategy,
    runs.map((run) => run[index]!.outcomes),
  ),
);
const rendered = table(summaries);
console.log(rendered);
const page = readFileSync(PAGE, 'utf8');
if (!TABLE.test(page)) throw new Error('docs/routing.md has no place for the table');
writeFileSync(
  PAGE,
  page.replace(TABLE, (_, begin: string, end: string) => `${begin}${rendered}\n${end}`),
);
writeFileSync(PLOT, plot(runs[0]!));
