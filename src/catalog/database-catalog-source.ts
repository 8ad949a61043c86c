import type { DataSource } from 'typeorm';
import type { ApiKeysService } from '../api-keys/api-keys.service.js';
import type { Clock } from '../common/clock.js';
import type { UpstreamAccountsService } from '../upstream-accounts/upstream-accounts.service.js';
import { buildCatalog } from './build-catalog.js';
import type { Catalog } from './catalog.js';
import type { CatalogSource } from './catalog.service.js';

/** The catalog as PostgreSQL has it. */
export class DatabaseCatalogSource implements CatalogSource {
  constructor(
    private readonly dataSource: DataSource,
    private readonly apiKeys: ApiKeysService,
    private readonly accounts: UpstreamAccountsService,
    private readonly clock: Clock,
    private readonly verifySsl: boolean,
  ) {}

  async version(): Promise<number> {
    const rows = await this.dataSource.query<{ version: string }[]>(
      'SELECT version FROM catalog_version',
    );
    return Number(rows[0]!.version);
  }

  async load(version: number): Promise<Catalog> {
    const [keys, accounts, inactive] = await Promise.all([
      this.apiKeys.listForCatalog(),
      this.accounts.listForCatalog(),
      this.dataSource.query<{ id: string }[]>('SELECT id FROM users WHERE NOT is_active'),
    ]);
    return buildCatalog({
      version,
      loadedAt: this.clock.now(),
      keys,
      accounts,
      inactiveUserIds: new Set(inactive.map(({ id }) => id)),
      verifySsl: this.verifySsl,
    });
  }
}
