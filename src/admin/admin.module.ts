import { Module } from '@nestjs/common';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import { Clock } from '../common/clock.js';
import { InFlight } from '../common/in-flight.js';
import { Lifecycle } from '../common/lifecycle.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { DatabaseService } from '../database/database.service.js';
import { UpstreamReport } from '../routing/upstream-report.js';
import { RoutingModule } from '../routing/routing.module.js';
import { Ledger } from '../stats/ledger.js';
import { StatsModule } from '../stats/stats.module.js';
import { UpstreamAccountsModule } from '../upstream-accounts/upstream-accounts.module.js';
import { ApplyConfigurationFile } from './apply-configuration-file.js';
import { SystemController } from './system.controller.js';
import { SystemStatus } from './system-status.js';

@Module({
  imports: [ApiKeysModule, UpstreamAccountsModule, RoutingModule, StatsModule],
  controllers: [SystemController],
  providers: [
    ApplyConfigurationFile,
    {
      provide: SystemStatus,
      inject: [
        Clock,
        GatewayConfig,
        Lifecycle,
        InFlight,
        CurrentCatalog,
        DatabaseService,
        UpstreamReport,
        Ledger,
      ],
      useFactory: (
        clock: Clock,
        config: GatewayConfig,
        lifecycle: Lifecycle,
        inFlight: InFlight,
        current: CurrentCatalog,
        database: DatabaseService,
        upstreams: UpstreamReport,
        ledger: Ledger,
      ) =>
        new SystemStatus({
          clock,
          config,
          lifecycle,
          inFlight,
          current,
          database,
          upstreams,
          ledger,
        }),
    },
  ],
  exports: [ApplyConfigurationFile],
})
export class AdminModule {}
