import './require-node.mjs';
import { buildWhenStale } from './build-when-stale.mjs';

await buildWhenStale();
await import('reflect-metadata');
const { run } = await import('../dist/src/admin/import/run.js');
process.exitCode = await run(process.argv.slice(2));
