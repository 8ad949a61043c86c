import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { setUpApiDocs } from './api-docs.js';
import { AppModule } from './app.module.js';
import { GatewayHttpAdapter } from './common/http-adapter.js';
import { prepareHttpSurface } from './common/http-surface.js';
import type { Logger } from './common/logger.js';
import type { Peers } from './common/peers.js';
import type { GatewayConfig } from './config/gateway-config.js';

/** The whole gateway, not listening yet. */
export async function createApp(
  config: GatewayConfig,
  databaseUrl: string,
  logger: Logger,
  peers?: Peers,
): Promise<NestExpressApplication> {
  const { environment } = config;
  const limits = {
    headersTimeoutMs: environment.CLIENT_HEADERS_TIMEOUT_MS,
    requestTimeoutMs: environment.CLIENT_REQUEST_TIMEOUT_MS,
    keepAliveTimeoutMs: environment.KEEP_ALIVE_TIMEOUT_MS,
  };
  const adapter = new GatewayHttpAdapter(limits, logger);
  const module = AppModule.forRoot(config, databaseUrl, logger, peers);
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
