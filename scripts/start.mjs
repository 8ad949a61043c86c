import './require-node.mjs';
import { buildWhenStale } from './build-when-stale.mjs';

await buildWhenStale();
// In this very process, so that signals, memory and exit code are the gateway's own.
await import('../dist/src/main.js');
