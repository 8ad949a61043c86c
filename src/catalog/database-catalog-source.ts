import type { DataSource } from 'typeorm';
import type { ApiKeysService } from '../api-keys/api-keys.service.js';
import type { Clock } from '../common/clock.js';
import { DEFAULT_ROUTING } from '../routing-config/routing-config.js';
import type { RoutingConfigsService } from '../routing-config/routing-configs.service.js';
import type { UpstreamAccountsService } from '../upstream-accounts/upstream-accounts.service.js';
import type { BudgetPeriod, UsageLimits } from '../common/usage-limits.js';
import { buildCatalog, limitsOf } from './build-catalog.js';
import type { Catalog } from './catalog.js';
import type { CatalogSource } from './catalog.service.js';

interface UserRow {
  id: string;
  is_active: boolean;
  requests_per_minute: number | null;
  tokens_per_minute: number | null;
  max_concurrency: number | null;
  budget_nano_usd: string | null;
  budget_period: BudgetPeriod | null;
}

const NOTABLE_USERS = `
  SELECT id, is_active, requests_per_minute, tokens_per_minute, max_concurrency, budget_nano_usd, budget_period
  FROM users
  WHERE NOT is_active
    OR num_nonnulls(requests_per_minute, tokens_per_minute, max_concurrency, budget_nano_usd) > 0`;

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
      const users = await manager.query<UserRow[]>(NOTABLE_USERS);
      const { config } = await routing.current(manager);
      return buildCatalog({
        version,
        loadedAt: clock.now(),
        keys: await apiKeys.listForCatalog(manager),
        accounts: await accounts.listForCatalog(manager),
        routing: { ...DEFAULT_ROUTING, ...config },
        inactiveUserIds: new Set(users.flatMap(({ id, is_active }) => (is_active ? [] : [id]))),
        userLimits: new Map(users.flatMap(limitEntry)),
        verifySsl: this.verifySsl,
      });
    });
  }
}

function limitEntry(row: UserRow): [string, UsageLimits][] {
  const { budget_nano_usd: nanoUsd, budget_period: period } = row;
  const limits = limitsOf({
    rateLimit: null,
    requestsPerMinute: row.requests_per_minute,
    tokensPerMinute: row.tokens_per_minute,
    maxConcurrency: row.max_concurrency,
    budget: nanoUsd === null || period === null ? null : { nanoUsd: BigInt(nanoUsd), period },
  });
  return limits ? [[row.id, limits]] : [];
}
