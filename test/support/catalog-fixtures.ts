import { Catalog, type CatalogAccount, type CatalogContents } from '../../src/catalog/catalog.js';
import { findAdapter } from '../../src/providers/adapters/index.js';
import { DEFAULT_ROUTING } from '../../src/routing-config/routing-config.js';

/** An account of `openai` that accepts any model, named after its id. */
export function catalogAccount(id: string, fields: Partial<CatalogAccount> = {}): CatalogAccount {
  return {
    id,
    name: id,
    adapter: findAdapter('openai')!,
    baseUrl: `https://${id}.test`,
    secret: 's',
    weight: 1,
    priority: 0,
    models: [],
    modelMapping: new Map(),
    verifyTls: true,
    circuit: null,
    ...fields,
  };
}

export function catalogOf(
  accounts: readonly CatalogAccount[],
  contents: Partial<CatalogContents> = {},
): Catalog {
  return new Catalog({
    version: 1,
    loadedAt: 0,
    keys: new Map(),
    accounts,
    routing: DEFAULT_ROUTING,
    faults: [],
    ...contents,
  });
}
