import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { AdminModule } from './admin/admin.module.js';
import { ApiKeysModule } from './api-keys/api-keys.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CatalogModule } from './catalog/catalog.module.js';
import { CommonModule } from './common/common.module.js';
import { ErrorFilter } from './common/error.filter.js';
import { Logger } from './common/logger.js';
import { Peers } from './common/peers.js';
import { StorableTextPipe } from './common/storable-text.pipe.js';
import { validationPipe } from './common/validation.pipe.js';
import { ConfigModule } from './config/config.module.js';
import type { GatewayConfig } from './config/gateway-config.js';
import { DatabaseModule } from './database/database.module.js';
import { HealthModule } from './health/health.module.js';
import { CLIENT_ERROR_FORMATS } from './proxy/client-protocols.js';
import { ProxyModule } from './proxy/proxy.module.js';
import { StatsModule } from './stats/stats.module.js';
import { UpstreamAccountsModule } from './upstream-accounts/upstream-accounts.module.js';

/** The list of modules. */
@Module({})
export class AppModule {
  static forRoot(
    config: GatewayConfig,
    databaseUrl: string,
    logger: Logger,
    peers = new Peers(),
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        CommonModule.forRoot(logger, peers),
        DatabaseModule.forRoot(databaseUrl),
        // First among those with routes: Express tries one after the other, and most requests are for these.
        ProxyModule,
        AuthModule,
        AuditModule,
        ApiKeysModule,
        UpstreamAccountsModule,
        AdminModule,
        CatalogModule.forRoot(databaseUrl),
        StatsModule,
        HealthModule,
      ],
      providers: [
        { provide: APP_PIPE, useFactory: validationPipe },
        { provide: APP_PIPE, useClass: StorableTextPipe },
        { provide: APP_FILTER, useFactory: () => new ErrorFilter(logger, CLIENT_ERROR_FORMATS) },
      ],
    };
  }
}
