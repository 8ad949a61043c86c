import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { admit, GatewayHttpAdapter } from './common/http-adapter.js';
import { Logger } from './common/logger.js';
import { ConfigError } from './config/config-error.js';
import { loadConfig, type GatewayConfig } from './config/gateway-config.js';
import { DataDirLock } from './database/data-dir-lock.js';
import { DatabaseService } from './database/database.service.js';
import { EmbeddedPostgres } from './database/embedded-postgres.js';

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
  const logger = Logger.create({ level: config.environment.LOG_LEVEL, format: config.logFormat });
  const lock = DataDirLock.acquire(config.dataDir);
  const embedded =
    config.databaseUrl === null ? await EmbeddedPostgres.start(config.dataDir) : null;
  const url = config.databaseUrl ?? embedded!.url;
  const app = await createApp(config, url, logger);
  await app.listen(config.port, config.host);
  logger.log(`listening on ${await app.getUrl()}`, 'Gateway');
  await app.get(DatabaseService).start([]);
  const stop = async (): Promise<void> => {
    await app.close();
    await embedded?.stop();
    lock.release();
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
}

async function createApp(
  config: GatewayConfig,
  databaseUrl: string,
  logger: Logger,
): Promise<NestExpressApplication> {
  const { environment } = config;
  const adapter = new GatewayHttpAdapter({
    headersTimeoutMs: environment.CLIENT_HEADERS_TIMEOUT_MS,
    requestTimeoutMs: environment.CLIENT_REQUEST_TIMEOUT_MS,
    keepAliveTimeoutMs: environment.KEEP_ALIVE_TIMEOUT_MS,
  });
  const module = AppModule.forRoot(config, databaseUrl, logger);
  const app = await NestFactory.create<NestExpressApplication>(module, adapter, {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
  app.use(admit);
  app.set('trust proxy', environment.TRUSTED_PROXY_HOPS);
  return app;
}
