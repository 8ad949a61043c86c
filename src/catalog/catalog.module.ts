import { Module, type DynamicModule } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { topic } from '../common/channel.js';
import { Clock } from '../common/clock.js';
import { ConfigurationChanges } from '../common/configuration-changes.js';
import { Logger } from '../common/logger.js';
import { Peers } from '../common/peers.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { RoutingConfigModule } from '../routing-config/routing-config.module.js';
import { RoutingConfigsService } from '../routing-config/routing-configs.service.js';
import { UpstreamAccountsModule } from '../upstream-accounts/upstream-accounts.module.js';
import { UpstreamAccountsService } from '../upstream-accounts/upstream-accounts.service.js';
import { CatalogListener } from './catalog-listener.js';
import { CatalogService } from './catalog.service.js';
import { CurrentCatalog } from './current-catalog.js';
import { DatabaseCatalogSource } from './database-catalog-source.js';

/** To the other workers: something is committed by now that they serve by. */
const REFRESH = topic('catalog');

@Module({})
export class CatalogModule {
  /** @param databaseUrl for the connection that listens: notifications need one of their own */
  static forRoot(databaseUrl: string): DynamicModule {
    return {
      module: CatalogModule,
      global: true,
      imports: [ApiKeysModule, UpstreamAccountsModule, RoutingConfigModule],
      providers: [
        CurrentCatalog,
        {
          provide: ConfigurationChanges,
          inject: [CatalogService, Peers],
          useFactory: changesFor,
        },
        {
          provide: DatabaseCatalogSource,
          inject: [
            getDataSourceToken(),
            ApiKeysService,
            UpstreamAccountsService,
            RoutingConfigsService,
            Clock,
            GatewayConfig,
          ],
          useFactory: (
            dataSource: DataSource,
            apiKeys: ApiKeysService,
            accounts: UpstreamAccountsService,
            routing: RoutingConfigsService,
            clock: Clock,
            { verifySsl }: GatewayConfig,
          ) =>
            new DatabaseCatalogSource({ dataSource, apiKeys, accounts, routing, clock }, verifySsl),
        },
        {
          provide: CatalogService,
          inject: [DatabaseCatalogSource, CurrentCatalog, Logger, GatewayConfig, Clock],
          useFactory: (
            source: DatabaseCatalogSource,
            current: CurrentCatalog,
            logger: Logger,
            { environment }: GatewayConfig,
            clock: Clock,
          ) => {
            const service = new CatalogService(source, current, logger, {
              pollIntervalMs: environment.CATALOG_POLL_INTERVAL_MS,
              maxStaleMs: environment.CATALOG_MAX_STALE_MS,
              now: () => clock.monotonic(),
            });
            service.listenWith(
              new CatalogListener(
                databaseUrl,
                environment.DATABASE_CONNECT_TIMEOUT_MS,
                () => void service.refresh(),
              ),
            );
            return service;
          },
        },
      ],
      exports: [CurrentCatalog, CatalogService, ConfigurationChanges],
    };
  }
}

/** The answer to a change may lead to any worker at once. */
function changesFor(catalog: CatalogService, peers: Peers): ConfigurationChanges {
  peers.answer(REFRESH, () => catalog.refresh());
  return {
    takeOver: async () => {
      await Promise.all([catalog.refresh(), peers.ask(REFRESH, undefined)]);
    },
  };
}
