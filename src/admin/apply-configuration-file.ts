import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import type { ConfigurationFile } from '../config/configuration-file.js';
import { GatewayConfig } from '../config/gateway-config.js';
import type { StartupStep } from '../database/database.service.js';
import { UpstreamAccountsService } from '../upstream-accounts/upstream-accounts.service.js';

/** Brings what the configuration file declares into the database, at every start and at a reload. */
@Injectable()
export class ApplyConfigurationFile implements StartupStep {
  readonly name = 'configuration file';

  constructor(
    private readonly config: GatewayConfig,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly accounts: UpstreamAccountsService,
    private readonly apiKeys: ApiKeysService,
  ) {}

  /** Without any file nothing happens: a volume that was not mounted must not delete every account and key. */
  async run(): Promise<void> {
    if (this.config.file) await this.apply(this.config.file);
  }

  /** All or, with a ConfigError, nothing. */
  async apply({ providers, master_keys: masterKeys }: ConfigurationFile): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      // Accounts first: asking name servers for their addresses takes time, and no lock is held yet.
      await this.accounts.applyFile(providers, manager);
      await this.apiKeys.applyFile(masterKeys, manager);
    });
  }
}
