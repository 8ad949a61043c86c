import type { CatalogApiKey } from '../api-keys/catalog-api-key.js';
import { DEFAULT_ROUTING } from '../routing-config/routing-config.js';
import type { StoredAccount } from '../upstream-accounts/stored-account.js';
import { buildCatalog, type CatalogParts } from './build-catalog.js';

const OWNER = { isActive: true, limits: undefined, routingPreferences: null };

describe('buildCatalog', () => {
  it('finds keys by their digests', () => {
    const { keys, version, loadedAt } = build({ keys: [key({ tags: ['a'] })] });
    expect([...keys]).toEqual([
      [
        'digest',
        {
          id: 'k',
          name: 'K',
          ownerId: 'u',
          allowedModels: ['*'],
          expiresAt: null,
          routingPreferences: null,
          tags: ['a'],
        },
      ],
    ]);
    expect([version, loadedAt]).toEqual([7, 99]);
  });

  it('leaves out disabled keys and those of users who are', () => {
    const keys = [key({ isEnabled: false }), key({ ownerId: 'gone' }), key({ ownerId: null })];
    const found = build({ keys, owners: new Map([['gone', { ...OWNER, isActive: false }]]) }).keys;
    expect([...found.values()].map(({ ownerId }) => ownerId)).toEqual([null]);
  });

  it("takes the owner's routing preferences for keys that have none", () => {
    const owners = new Map([['u', { ...OWNER, routingPreferences: { strategy: 'random' } }]]);
    const keys = [
      key({}),
      key({
        digests: [{ digest: 'own', validUntilMs: null }],
        routingPreferences: { preferred_providers: ['claude'] },
      }),
    ];
    const found = build({ keys, owners }).keys;
    expect([...found.values()].map(({ routingPreferences }) => routingPreferences)).toEqual([
      { strategy: 'random' },
      { preferredProviders: ['anthropic'] },
    ]);
  });

  it.each([
    [null, null, null],
    [5, null, 5],
    [null, 6, 6],
    [5, 6, 5],
    [7, 6, 6],
  ])('ends a key at %p and its old form at %p: %p', (expiresAtMs, validUntilMs, expiresAt) => {
    const digests = [{ digest: 'old', validUntilMs }];
    expect(build({ keys: [key({ expiresAtMs, digests })] }).keys.get('old')!.expiresAt).toBe(
      expiresAt,
    );
  });

  it("completes accounts from their provider's and the gateway's settings", () => {
    const { accounts } = build({
      accounts: [account('one'), account('two', { baseUrl: 'https://own.test', verifySsl: true })],
      verifySsl: false,
    });
    expect(accounts).toMatchObject([
      { name: 'one', baseUrl: 'https://api.openai.com/v1', verifyTls: false },
      { name: 'two', baseUrl: 'https://own.test', verifyTls: true },
    ]);
  });

  it('names accounts that cannot work, and hides no other behind them', () => {
    const { accounts, faults } = build({
      accounts: [
        account('lost', { fault: 'no key decrypts it', secret: undefined }),
        account('odd', { provider: 'nobody' }),
        account('homeless', { provider: 'openai-compatible' }),
        account('off', { isEnabled: false, provider: 'nobody' }),
        account('good'),
      ],
    });
    expect(accounts.map(({ name }) => name)).toEqual(['good']);
    expect(faults).toEqual([
      { accountName: 'lost', reason: 'no key decrypts it' },
      { accountName: 'odd', reason: 'unknown provider nobody' },
      { accountName: 'homeless', reason: 'openai-compatible needs a base_url' },
    ]);
  });
});

function build(parts: Partial<CatalogParts>) {
  return buildCatalog({
    version: 7,
    loadedAt: 99,
    keys: [],
    accounts: [],
    routing: DEFAULT_ROUTING,
    owners: new Map(),
    verifySsl: true,
    ...parts,
  });
}

function key(fields: Partial<CatalogApiKey>): CatalogApiKey {
  return {
    id: 'k',
    ownerId: 'u',
    name: 'K',
    digests: [{ digest: 'digest', validUntilMs: null }],
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
    ...fields,
  };
}

function account(name: string, fields: object = {}): StoredAccount {
  return {
    id: name,
    name,
    provider: 'openai',
    baseUrl: null,
    secret: 's',
    weight: 1,
    priority: 0,
    isEnabled: true,
    models: [],
    modelMapping: new Map(),
    maxConcurrency: null,
    requestsPerMinute: null,
    tokensPerMinute: null,
    verifySsl: null,
    circuit: null,
    ...fields,
  } as StoredAccount;
}
