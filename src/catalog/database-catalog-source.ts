import type { DataSource } from 'typeorm';
import type { ApiKeysService } from '../api-keys/api-keys.service.js';
import type { Clock } from '../common/clock.js';
import { DEFAULT_ROUTING } from '../routing-config/routing-config.js';
import type { RoutingConfigsService } from '../routing-config/routing-configs.service.js';
import type { UpstreamAccountsService } from '../upstream-accounts/upstream-accounts.service.js';
import { buildCatalog } from './build-catalog.js';
import type { Catalog } from './catalog.js';
import type { CatalogSource } from './catalog.service.js';
import { loadOwners } from './owners.js';

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

  /** In one snapshot: a change that concerns keys and accounts is seen whole or not at all. */
  load(version: number): Promise<Catalog> {
    const { dataSource, apiKeys, accounts, routing, clock } = this.parts;
    return dataSource.transaction('REPEATABLE READ', async (manager) => {
      const owners = await loadOwners(manager);
      const { config } = await routing.current(manager);
      return buildCatalog({
        version,
        loadedAt: clock.now(),
        keys: await apiKeys.listForCatalog(manager),
        accounts: await accounts.listForCatalog(manager),
        routing: { ...DEFAULT_ROUTING, ...config },
        owners,
        verifySsl: this.verifySsl,
      });
    });
  }
}
