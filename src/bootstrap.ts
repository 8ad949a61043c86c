import { Logger } from './common/logger.js';
import { ConfigError } from './config/config-error.js';
import { loadConfig, type GatewayConfig } from './config/gateway-config.js';
import { createApp } from './create-app.js';
import { withDatabase } from './database/with-database.js';
import { serve } from './serve.js';
import { StopSignals } from './stop-signals.js';

/** The whole life of the process. */
export async function run(): Promise<void> {
  try {
    await runAlone(loadConfig(process.env, process.cwd()));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`configuration error:\n${error.message}\n`);
    process.exit(error.exitCode);
  }
  process.exit(0);
}

async function runAlone(config: GatewayConfig): Promise<void> {
  // From the first moment: a stop that comes during the start waits for its end, and leaves no database behind.
  const signals = new StopSignals();
  const logger = Logger.create({ level: config.environment.LOG_LEVEL, format: config.logFormat });
  await withDatabase(config, async (databaseUrl) => {
    const app = await createApp(config, databaseUrl, logger);
    await serve(app, config, signals);
  });
}
