import { Catalog, type CatalogAccount } from '../catalog/catalog.js';
import { findAdapter } from '../providers/adapters/index.js';
import type { Outcome, OutcomeKind } from '../providers/outcome.js';
import { AccountHealth } from './account-health.js';
import { RoutingService } from './routing.service.js';

const everything = { model: 'm', canServe: () => true };

describe('RoutingService', () => {
  it('plans with the accounts that serve the model and can be asked at all', () => {
    const { catalog, routing } = setUp(account('one'), account('claude', 'anthropic'));
    const plan = routing.plan({
      catalog,
      model: 'm',
      canServe: ({ provider }) => provider === 'openai',
    });
    expect([plan.next()?.account.id, plan.next()]).toEqual(['one', undefined]);
  });

  it('answers 404 for a model that nobody serves', () => {
    const { catalog, routing } = setUp();
    expect(() => routing.plan({ ...everything, catalog })).toThrow(
      expect.objectContaining({ status: 404, code: 'model_not_found', param: 'model' }),
    );
  });

  it('passes over who rests, and says why', () => {
    const { catalog, routing } = setUp(account('one'), account('two'));
    routing.record({ account: account('one'), model: 'm' }, outcome('rate_limited', 3_000));
    const plan = routing.plan({ ...everything, catalog });
    expect(plan.exclusions).toEqual([
      { accountId: 'one', accountName: 'one', reason: 'rate_limited' },
    ]);
    expect([plan.next()?.account.id, plan.next()]).toEqual(['two', undefined]);
  });

  it('answers 503 with the shortest wait when everybody rests', () => {
    const { catalog, routing } = setUp(account('one'), account('two'));
    routing.record({ account: account('one'), model: 'm' }, outcome('rate_limited', 9_000));
    routing.record({ account: account('two'), model: 'm' }, outcome('rate_limited', 4_000));
    expect(() => routing.plan({ ...everything, catalog })).toThrow(
      expect.objectContaining({ status: 503, code: 'no_account_available', retryAfterSeconds: 4 }),
    );
  });

  it('lets an account serve one model while it rests for another', () => {
    const { catalog, routing } = setUp(account('one'));
    routing.record({ account: account('one'), model: 'other' }, outcome('rate_limited', 9_000));
    expect(routing.plan({ ...everything, catalog }).next()?.account.id).toBe('one');
  });
});

function outcome(kind: OutcomeKind, retryAfterMs: number | null = null): Outcome {
  return { kind, status: null, detail: '', retryAfterMs };
}

function account(id: string, provider = 'openai'): CatalogAccount {
  return {
    id,
    name: id,
    adapter: findAdapter(provider)!,
    baseUrl: 'https://upstream.test',
    secret: 's',
    weight: 1,
    priority: 0,
    models: [],
    modelMapping: new Map(),
    verifyTls: true,
  };
}

function setUp(...accounts: CatalogAccount[]) {
  const clock = { now: () => 0, monotonic: () => 0 };
  const health = new AccountHealth(clock, { failuresToRest: 3, restMs: 1_000 });
  const first = { name: 'first', pick: <T>([one]: readonly [T, ...T[]]) => one };
  const catalog = new Catalog({ version: 1, loadedAt: 0, keys: new Map(), accounts, faults: [] });
  return { catalog, routing: new RoutingService(first, health) };
}
