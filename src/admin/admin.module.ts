import { Module } from '@nestjs/common';
import { register } from 'prom-client';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { Logger } from '../common/logger.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { DatabaseService } from '../database/database.service.js';
import { HealthModule } from '../health/health.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { StatsModule } from '../stats/stats.module.js';
import { RoutingConfigModule } from '../routing-config/routing-config.module.js';
import { UpstreamAccountsModule } from '../upstream-accounts/upstream-accounts.module.js';
import { ApplyConfigurationFile } from './apply-configuration-file.js';
import { ConfigurationLog } from './configuration-log.js';
import { ConfigurationController } from './configuration.controller.js';
import { ConfigurationReload } from './configuration-reload.js';
import { ConfigurationWatch } from './configuration-watch.js';
import { FilePrices } from './file-prices.js';
import { FILE_SECTIONS } from './file-sections.js';
import { MasterKeysController } from './master-keys.controller.js';
import { NamedProvidersController } from './named-providers.controller.js';
import { ProvidersController } from './providers.controller.js';
import { AdminStatusController, SystemController } from './system.controller.js';
import { SystemStatus } from './system-status.js';
import { WorkerStatus } from './worker-status.js';

/** What an administrator asks of the gateway as a whole, and the other documented addresses of accounts and keys. */
@Module({
  imports: [
    ApiKeysModule,
    AuditModule,
    HealthModule,
    RoutingConfigModule,
    RoutingModule,
    StatsModule,
    UpstreamAccountsModule,
  ],
  controllers: [
    AdminStatusController,
    ConfigurationController,
    MasterKeysController,
    NamedProvidersController,
    ProvidersController,
    SystemController,
  ],
  providers: [
    FilePrices,
    ApplyConfigurationFile.with(FILE_SECTIONS),
    ConfigurationReload,
    {
      provide: ConfigurationLog,
      inject: [Logger],
      useFactory: (logger: Logger) => new ConfigurationLog(register, logger),
    },
    {
      provide: ConfigurationWatch,
      inject: [GatewayConfig, ConfigurationReload, DatabaseService, Logger],
      useFactory: (
        { source, environment }: GatewayConfig,
        configuration: ConfigurationReload,
        database: DatabaseService,
        logger: Logger,
      ) => {
        const watched = {
          isReady: () => database.state === 'ready',
          version: () => source.version(),
          isSettled: (version: string) => configuration.isSettled(version),
          reload: () => configuration.reload(),
        };
        return new ConfigurationWatch(watched, environment.CONFIG_WATCH_INTERVAL_MS, logger);
      },
    },
    SystemStatus,
    WorkerStatus,
  ],
})
export class AdminModule {}
