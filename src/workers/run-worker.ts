import { Channel } from '../common/channel.js';
import { Logger } from '../common/logger.js';
import { Peers } from '../common/peers.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import { createApp } from '../create-app.js';
import { ownMetrics } from '../health/all-metrics.js';
import { LAST_METRICS } from '../health/metrics-topics.js';
import { serve } from '../serve.js';
import { StopSignals } from '../stop-signals.js';
import { ASSIGNMENT, READY, RETIRE } from './worker-topics.js';

/** One of several that serve on the port. Resolves with its exit code. */
export async function runWorker(config: GatewayConfig): Promise<number> {
  const signals = new StopSignals();
  // For the primary: a signal to all processes of the group must not kill its workers.
  process.on('SIGUSR2', () => {});
  const channel = new Channel({
    send: (batch) => void process.send!(batch, undefined, undefined, () => {}),
    onMessage: (listener) => process.on('message', listener),
  });
  const replaced = new Promise<void>((resolve) => channel.on(RETIRE, resolve));
  const { databaseUrl, address, listensFirst, worker, others } = await channel.ask(
    ASSIGNMENT,
    undefined,
  );
  const { logFormat: format, environment } = config;
  const logger = Logger.create({ level: environment.LOG_LEVEL, format, worker });
  const peers = new Peers({ worker, others, channel });
  const app = await createApp(config, databaseUrl, logger, peers);
  await serve(app, config, signals, {
    address,
    replaced,
    listensFirst,
    onReady: () => channel.tell(READY, undefined),
  });
  await channel.ask(LAST_METRICS, await ownMetrics());
  return 0;
}
