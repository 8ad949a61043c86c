import { catalogAccount, catalogOf } from '../../test/support/catalog-fixtures.js';
import { findAdapter } from '../providers/adapters/index.js';
import type { Catalog, CatalogAccount } from './catalog.js';

const account = (
  name: string,
  provider: string,
  fields: Partial<CatalogAccount> = {},
): CatalogAccount => catalogAccount(name, { adapter: findAdapter(provider)!, ...fields });

const catalog = (...accounts: CatalogAccount[]): Catalog => catalogOf(accounts);

const names = (found: Catalog, model: string) =>
  found.servicesFor(model).map((service) => `${service.account.name}:${service.model}`);

describe('Catalog', () => {
  it('prefers accounts that name the model, by mapping or by pattern', () => {
    const found = catalog(
      account('open', 'openai'),
      account('mapped', 'azure', { modelMapping: new Map([['gpt-4o', 'my-deployment']]) }),
      account('listed', 'openai-compatible', { models: ['gpt-4*'] }),
    );
    expect(names(found, 'gpt-4o')).toEqual(['mapped:my-deployment', 'listed:gpt-4o']);
  });

  it("gives a model to its own provider's accounts before those that accept anything", () => {
    const found = catalog(account('openai', 'openai'), account('claude', 'anthropic'));
    expect(names(found, 'claude-sonnet-4-5')).toEqual(['claude:claude-sonnet-4-5']);
    expect(names(found, 'something-else')).toEqual([
      'openai:something-else',
      'claude:something-else',
    ]);
  });

  it('finds nobody for a model that every account excludes', () => {
    expect(names(catalog(account('a', 'openai', { models: ['gpt-4o'] })), 'gpt-5')).toEqual([]);
  });
});
