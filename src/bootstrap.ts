import cluster from 'node:cluster';
import { ConfigError } from './config/config-error.js';
import { loadConfig, type GatewayConfig } from './config/gateway-config.js';

/** The whole life of the process. */
export async function run(): Promise<void> {
  let exitCode: number;
  try {
    exitCode = await play(loadConfig(process.env, process.cwd()));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`configuration error:\n${error.message}\n`);
    exitCode = error.exitCode;
  }
  process.exit(exitCode);
}

/** Its part of the gateway. What the other parts need is not loaded: the primary of several workers has no use for most of it. */
async function play(config: GatewayConfig): Promise<number> {
  if (cluster.isWorker) return (await import('./workers/run-worker.js')).runWorker(config);
  if (config.workers > 1) return (await import('./workers/run-primary.js')).runPrimary(config);
  return (await import('./run-alone.js')).runAlone(config);
}
