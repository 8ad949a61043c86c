import { Module } from '@nestjs/common';
import { Counter, register } from 'prom-client';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import { Clock } from '../common/clock.js';
import { ConfigurationChanges } from '../common/configuration-changes.js';
import { InFlight } from '../common/in-flight.js';
import { Lifecycle } from '../common/lifecycle.js';
import { Logger } from '../common/logger.js';
import { Peers } from '../common/peers.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { DatabaseService } from '../database/database.service.js';
import { HealthModule } from '../health/health.module.js';
import { UpstreamReport } from '../routing/upstream-report.js';
import { RoutingModule } from '../routing/routing.module.js';
import { Ledger } from '../stats/ledger.js';
import { StatsModule } from '../stats/stats.module.js';
import { RoutingConfigModule } from '../routing-config/routing-config.module.js';
import { UpstreamAccountsModule } from '../upstream-accounts/upstream-accounts.module.js';
import { ApplyConfigurationFile } from './apply-configuration-file.js';
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
    {
      provide: ConfigurationReload,
      inject: [GatewayConfig, ApplyConfigurationFile, ConfigurationChanges, Logger, Peers],
      useFactory: (
        config: GatewayConfig,
        file: ApplyConfigurationFile,
        changes: ConfigurationChanges,
        logger: Logger,
        peers: Peers,
      ) =>
        new ConfigurationReload({
          config,
          file,
          changes,
          logger,
          failures: reloadFailures(),
          peers,
        }),
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
    {
      provide: SystemStatus,
      inject: [
        Clock,
        ConfigurationReload,
        Lifecycle,
        InFlight,
        CurrentCatalog,
        DatabaseService,
        UpstreamReport,
        Ledger,
        Peers,
      ],
      useFactory: (
        clock: Clock,
        configuration: ConfigurationReload,
        lifecycle: Lifecycle,
        inFlight: InFlight,
        current: CurrentCatalog,
        database: DatabaseService,
        upstreams: UpstreamReport,
        ledger: Ledger,
        peers: Peers,
      ) =>
        new SystemStatus({
          clock,
          configuration,
          lifecycle,
          inFlight,
          current,
          database,
          upstreams,
          ledger,
          peers,
        }),
    },
  ],
})
export class AdminModule {}

function reloadFailures(): Counter {
  return new Counter({
    name: 'llm_proxy_config_reload_failures_total',
    help: 'Times the configuration file was not taken over, because it is wrong or the database away',
    registers: [register],
  });
}
