import { setTimeout as sleep } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SeedUsers } from './auth/seed-users.js';
import { Logger } from './common/logger.js';
import { ConfigError } from './config/config-error.js';
import type { GatewayConfig } from './config/gateway-config.js';
import { DatabaseService } from './database/database.service.js';
import { drain } from './drain.js';
import { firstSteps } from './first-steps.js';
import { STARTUP_STEPS } from './startup-steps.js';
import type { StopSignals } from './stop-signals.js';
import { letYoungGenerationGrow } from './young-generation.js';

/** A database that has gone silent must not keep the process from ending; the ledger has its five seconds by then. */
const CLOSE_TIMEOUT_MS = 10_000;

/** Listens, brings the database up, serves until it is to stop, drains and closes. Resolves when nothing is left to do. */
export async function serve(
  app: NestExpressApplication,
  config: GatewayConfig,
  { stop, hurry }: StopSignals,
): Promise<void> {
  try {
    await listen(app, config);
    app.get(Logger).log(`listening on ${await app.getUrl()}`, 'Gateway');
    await Promise.race([stop, becomeReady(app).then(() => stop)]);
    await drain(app, config, hurry);
  } finally {
    await Promise.race([app.close(), sleep(CLOSE_TIMEOUT_MS)]);
  }
}

async function listen(app: NestExpressApplication, { host, port }: GatewayConfig): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (!code) throw cause;
    const hint = code === 'EADDRINUSE' ? 'another program has it' : code;
    throw new ConfigError(`PORT ${port} on HOST ${host} cannot be listened on: ${hint}`, { cause });
  }
}

async function becomeReady(app: NestExpressApplication): Promise<void> {
  await app.get(DatabaseService).start(STARTUP_STEPS.map((step) => app.get(step)));
  letYoungGenerationGrow();
  // Straight to the console: this is for whoever tries the gateway, and no event of its life.
  if (app.get(SeedUsers).hasSeededDefaults) process.stdout.write(firstSteps(await app.getUrl()));
}
