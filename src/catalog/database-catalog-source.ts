import type { DataSource } from 'typeorm';
import type { ApiKeysService } from '../api-keys/api-keys.service.js';
import type { Clock } from '../common/clock.js';
import { DEFAULT_ROUTING } from '../routing-config/routing-config.js';
import type { RoutingConfigsService } from '../routing-config/routing-configs.service.js';
import type { UpstreamAccountsService } from '../upstream-accounts/upstream-accounts.service.js';
import { buildCatalog } from './build-catalog.js';
import type { Catalog } from './catalog.js';
import type { CatalogSource } from './catalog.service.js';

/** The catalog as PostgreSQL has it. */
export class DatabaseCatalogSource implements CatalogSource {
  constructor(
    private readonly parts: {
      readonly dataSource: DataSource;
      readonly apiKeys: ApiKeysService;
      readonly accounts: UpstreamAccountsService;
      readonly routing: RoutingConfigsService;
      readonly clock: Clock;
    },
    private readonly verifySsl: boolean,
  ) {}

  async version(): Promise<number> {
    const rows = await this.parts.dataSource.query<{ version: string }[]>(
      'SELECT version FROM catalog_version',
    );
    return Number(rows[0]!.version);
  }

  async load(version: number): Promise<Catalog> {
    const { dataSource, apiKeys, accounts: stored, routing: configs, clock } = this.parts;
    const [keys, accounts, routing, inactive] = await Promise.all([
      apiKeys.listForCatalog(),
      stored.listForCatalog(),
      configs.current(),
      dataSource.query<{ id: string }[]>('SELECT id FROM users WHERE NOT is_active'),
    ]);
    return buildCatalog({
      version,
      loadedAt: clock.now(),
      keys,
      accounts,
      routing: { ...DEFAULT_ROUTING, ...routing.config },
      inactiveUserIds: new Set(inactive.map(({ id }) => id)),
      verifySsl: this.verifySsl,
    });
  }
}
