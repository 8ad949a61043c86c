import './require-node.mjs';
import { buildWhenStale } from './build-when-stale.mjs';

await buildWhenStale();
const { run } = await import('../dist/src/database/commands/run.js');
const [name, ...rest] = process.argv.slice(2);
process.exitCode = await run(name, rest);
