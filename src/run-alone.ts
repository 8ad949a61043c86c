import { Logger } from './common/logger.js';
import type { GatewayConfig } from './config/gateway-config.js';
import { createApp } from './create-app.js';
import { withDatabase } from './database/with-database.js';
import { serve } from './serve.js';
import { StopSignals } from './stop-signals.js';

/** One process that does everything. Resolves with its exit code. */
export async function runAlone(config: GatewayConfig): Promise<number> {
  // From the first moment: a stop that comes during the start waits for its end, and leaves no database behind.
  const signals = new StopSignals();
  const logger = Logger.create({ level: config.environment.LOG_LEVEL, format: config.logFormat });
  await withDatabase(config, async (databaseUrl) => {
    const app = await createApp(config, databaseUrl, logger);
    await serve(app, config, signals);
  });
  return 0;
}
