import '../scripts/require-node.mjs';
import { mkdir, writeFile } from 'node:fs/promises';
import type { Profiler } from 'node:inspector';
import { join } from 'node:path';
import { buildWhenStale, root } from '../scripts/build-when-stale.mjs';
import { Bench } from './bench.ts';
import { readOptions } from './options.ts';
import { say } from './report.ts';
import { gateway } from './targets/gateway.ts';
import { workload } from './workloads.ts';

/**
 * Where the gateway spends its time: `node bench/profile.ts [workload] [seconds]`. Prints shares by package and by function,
 * and leaves a .cpuprofile, which the browser's developer tools and speedscope show as a flame graph.
 */

const [name = 'json-1k', seconds = '5'] = process.argv.slice(2);
const ROWS = 45;

await buildWhenStale();
const bench = await Bench.start(readOptions([])!);
const target = await gateway.start(bench.ground);
try {
  const { concurrency: connections } = workload(name);
  const amount = { connections, durationMs: Number(seconds) * 1_000 };
  await bench.load(target, workload(name), amount);
  await target.process!.ask('watch-cpu');
  const { completed } = await bench.load(target, workload(name), amount);
  const { profile } = await target.process!.ask<{ profile: Profiler.Profile }>('cpu-profile');
  await mkdir(join(root, 'bench/results'), { recursive: true });
  const path = join(root, 'bench/results', `${name}.cpuprofile`);
  await writeFile(path, JSON.stringify(profile));
  print(profile, completed);
  say(`\n${path}`);
} finally {
  await target.stop();
  await bench.stop();
}

function print(profile: Profiler.Profile, requests: number): void {
  let busyUs = 0;
  const byFunction = new Map<string, number>();
  const byPackage = new Map<string, number>();
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  for (const [index, id] of profile.samples!.entries()) {
    const { functionName, url, lineNumber } = nodes.get(id)!.callFrame;
    const us = profile.timeDeltas![index]! / requests;
    if (functionName !== '(idle)') busyUs += us;
    const file = url.replace(/^file:\/\//, '').replace(`${root}/`, '');
    add(byPackage, packageOf(file) || functionName, us);
    add(byFunction, `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`, us);
  }
  say(`${busyUs.toFixed(0)} µs a request, of ${requests} requests\n`);
  for (const shares of [byPackage, byFunction]) printLargest(shares);
}

function add(shares: Map<string, number>, name: string, us: number): void {
  shares.set(name, (shares.get(name) ?? 0) + us);
}

function printLargest(shares: ReadonlyMap<string, number>): void {
  const rows = [...shares].sort(([, a], [, b]) => b - a).slice(0, ROWS);
  for (const [name, us] of rows) say(`${us.toFixed(1).padStart(8)}  ${name}`);
  say('');
}

/** A package, a folder of the gateway, or a module of Node.js. */
function packageOf(file: string): string {
  const [, scoped] = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(file) ?? [];
  return (
    scoped ??
    file
      .replace(/^dist\/src\//, '')
      .split('/')
      .slice(0, 2)
      .join('/')
  );
}
