import { DataSource } from 'typeorm';
import type { ApiKeysService } from '../src/api-keys/api-keys.service.js';
import type { CatalogApiKey } from '../src/api-keys/catalog-api-key.js';
import { DatabaseCatalogSource } from '../src/catalog/database-catalog-source.js';
import { SystemClock } from '../src/common/clock.js';
import { postgresOptions } from '../src/database/postgres-options.js';
import { DEFAULT_ROUTING } from '../src/routing-config/routing-config.js';
import type { RoutingConfigsService } from '../src/routing-config/routing-configs.service.js';
import type { UpstreamAccountsService } from '../src/upstream-accounts/upstream-accounts.service.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { migrationClasses } from './support/migration-classes.js';

describe('a catalog that is loaded while the database changes', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createDatabase();
    const limits = { connectMs: 5_000, queryMs: 5_000, poolSize: 2 };
    dataSource = new DataSource({
      ...postgresOptions(database.url, limits),
      migrations: await migrationClasses(),
    });
    await dataSource.initialize();
    await dataSource.runMigrations();
  });

  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  it('has the change whole or not at all', async () => {
    const [user] = await database.query<{ id: string }>(
      `INSERT INTO users (username, password_hash, role, created_at, updated_at)
       VALUES ('owner', 'none', 'user', now(), now()) RETURNING id`,
    );
    const load = async (meanwhile: () => Promise<unknown>): Promise<number> => {
      const apiKeys = {
        listForCatalog: async (manager: DataSource['manager']) => {
          await manager.query('SELECT 1 FROM api_keys');
          await meanwhile();
          return [keyOf(user!.id)];
        },
      } as unknown as ApiKeysService;
      const accounts = { listForCatalog: () => Promise.resolve([]) };
      const routing = { current: () => Promise.resolve({ config: DEFAULT_ROUTING }) };
      const source = new DatabaseCatalogSource(
        {
          dataSource,
          apiKeys,
          accounts: accounts as unknown as UpstreamAccountsService,
          routing: routing as unknown as RoutingConfigsService,
          clock: new SystemClock(),
        },
        true,
      );
      return (await source.load(1)).keys.size;
    };
    const disable = () =>
      database.query('UPDATE users SET is_active = false WHERE id = $1', [user!.id]);
    // Read with the keys, its owner was active; to be refused it must be read together with the change.
    expect(await load(disable)).toBe(1);
    expect(await load(() => Promise.resolve())).toBe(0);
  });
});

function keyOf(ownerId: string): CatalogApiKey {
  return {
    id: 'key',
    ownerId,
    name: 'key',
    digests: [{ digest: 'd', validUntilMs: null }],
    isEnabled: true,
    expiresAtMs: null,
    allowedModels: ['*'],
    rateLimit: null,
    requestsPerMinute: null,
    tokensPerMinute: null,
    maxConcurrency: null,
    budget: null,
    routingPreferences: null,
    tags: [],
  };
}
