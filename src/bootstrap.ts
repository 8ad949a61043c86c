import { setTimeout as sleep } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { setUpApiDocs } from './api-docs.js';
import { AppModule } from './app.module.js';
import { SeedUsers } from './auth/seed-users.js';
import { GatewayHttpAdapter } from './common/http-adapter.js';
import { prepareHttpSurface } from './common/http-surface.js';
import { Logger } from './common/logger.js';
import { ConfigError } from './config/config-error.js';
import { loadConfig, type GatewayConfig } from './config/gateway-config.js';
import { DataDirLock } from './database/data-dir-lock.js';
import { DatabaseService } from './database/database.service.js';
import { EmbeddedPostgres } from './database/embedded-postgres.js';
import { drain } from './drain.js';
import { firstSteps } from './first-steps.js';
import { STARTUP_STEPS } from './startup-steps.js';
import { StopSignals } from './stop-signals.js';
import { letYoungGenerationGrow } from './young-generation.js';

/** A database that has gone silent must not keep the process from ending; the ledger has its five seconds by then. */
const CLOSE_TIMEOUT_MS = 10_000;

/** The whole life of the process: read the settings, take the data directory, listen, bring the database up, drain. */
export async function run(): Promise<void> {
  try {
    const config = loadConfig(process.env, process.cwd());
    await serve(config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`configuration error:\n${error.message}\n`);
    process.exit(error.exitCode);
  }
}

async function serve(config: GatewayConfig): Promise<void> {
  // From the first moment: a stop that comes during the start waits for its end, and leaves no database behind.
  const { stop, hurry } = new StopSignals();
  const logger = Logger.create({ level: config.environment.LOG_LEVEL, format: config.logFormat });
  const lock = DataDirLock.acquire(config.dataDir);
  let embedded: EmbeddedPostgres | null = null;
  try {
    if (config.databaseUrl === null) embedded = await EmbeddedPostgres.start(config.dataDir);
    const app = await createApp(config, config.databaseUrl ?? embedded!.url, logger);
    try {
      await listen(app, config);
      logger.log(`listening on ${await app.getUrl()}`, 'Gateway');
      await Promise.race([stop, becomeReady(app).then(() => stop)]);
      await drain(app, config, hurry);
    } finally {
      await Promise.race([app.close(), sleep(CLOSE_TIMEOUT_MS)]);
    }
  } finally {
    await embedded?.stop();
    lock.release();
  }
  process.exit(0);
}

async function becomeReady(app: NestExpressApplication): Promise<void> {
  await app.get(DatabaseService).start(STARTUP_STEPS.map((step) => app.get(step)));
  letYoungGenerationGrow();
  // Straight to the console: this is for whoever tries the gateway, and no event of its life.
  if (app.get(SeedUsers).hasSeededDefaults) process.stdout.write(firstSteps(await app.getUrl()));
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

async function createApp(
  config: GatewayConfig,
  databaseUrl: string,
  logger: Logger,
): Promise<NestExpressApplication> {
  const { environment } = config;
  const limits = {
    headersTimeoutMs: environment.CLIENT_HEADERS_TIMEOUT_MS,
    requestTimeoutMs: environment.CLIENT_REQUEST_TIMEOUT_MS,
    keepAliveTimeoutMs: environment.KEEP_ALIVE_TIMEOUT_MS,
  };
  const adapter = new GatewayHttpAdapter(limits, logger);
  const module = AppModule.forRoot(config, databaseUrl, logger);
  const app = await NestFactory.create<NestExpressApplication>(module, adapter, {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
  prepareHttpSurface(app, environment.CORS_ORIGINS);
  app.set('trust proxy', environment.TRUSTED_PROXY_HOPS);
  setUpApiDocs(app);
  return app;
}
