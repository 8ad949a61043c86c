import { Module, type DynamicModule } from '@nestjs/common';
import { ApiKeysModule } from '../../api-keys/api-keys.module.js';
import { AuthModule } from '../../auth/auth.module.js';
import { CommonModule } from '../../common/common.module.js';
import { ConfigurationChanges } from '../../common/configuration-changes.js';
import { Logger } from '../../common/logger.js';
import { ConfigModule } from '../../config/config.module.js';
import type { GatewayConfig } from '../../config/gateway-config.js';
import { DatabaseModule } from '../../database/database.module.js';
import { RoutingConfigModule } from '../../routing-config/routing-config.module.js';
import { UpstreamAccountsModule } from '../../upstream-accounts/upstream-accounts.module.js';
import { ApplyConfigurationFile } from '../apply-configuration-file.js';
import { STORED_SECTIONS } from '../file-sections.js';

/** No more of the gateway than an import needs: nothing that serves, and nothing that only one process may do. */
@Module({})
export class ImportModule {
  static forRoot(config: GatewayConfig, databaseUrl: string): DynamicModule {
    return {
      module: ImportModule,
      global: true,
      imports: [
        ConfigModule.forRoot(config),
        CommonModule.forRoot(Logger.silent()),
        DatabaseModule.forRoot(databaseUrl),
        // Keys refer to users.
        AuthModule,
        ApiKeysModule,
        UpstreamAccountsModule,
        RoutingConfigModule,
      ],
      providers: [
        ApplyConfigurationFile.with(STORED_SECTIONS),
        { provide: ConfigurationChanges, useValue: NOBODY_SERVES },
      ],
      exports: [ConfigurationChanges],
    };
  }
}

/** The controllers of the modules ask for it, though none of them is reached. */
const NOBODY_SERVES: ConfigurationChanges = { takeOver: () => Promise.resolve() };
