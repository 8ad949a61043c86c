import { catalogAccount, catalogOf } from '../../test/support/catalog-fixtures.js';
import { FakeClock } from '../../test/support/fake-clock.js';
import { inOrder, outcome, planRequest, routingWith } from '../../test/support/routing-fixtures.js';
import type { CatalogAccount } from '../catalog/catalog.js';
import { findAdapter } from '../providers/adapters/index.js';
import { DEFAULT_ROUTING, type RoutingConfig } from '../routing-config/routing-config.js';
import type { Capacity } from './leases.js';
import type { Plan } from './plan.js';
import type { PlanRequest } from './routing.service.js';

const NO_LIMITS = {
  rateLimit: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
  maxConcurrency: null,
  budget: null,
};

describe('Plan', () => {
  it('gives each account once', () => {
    expect(order(plan([catalogAccount('a'), catalogAccount('b')]))).toEqual(['a', 'b']);
  });

  it('uses up one priority before it goes to the next', () => {
    const accounts = [
      catalogAccount('spare', { priority: 5 }),
      catalogAccount('a'),
      catalogAccount('b'),
    ];
    expect(order(plan(accounts))).toEqual(['a', 'b', 'spare']);
  });

  it('claims only what it gives out', () => {
    const { states, made } = setUp([catalogAccount('a'), catalogAccount('b')]);
    made().next();
    expect([...states.all()].map(({ load }) => load.count)).toEqual([1, 0]);
  });

  it('asks preferred providers first, and excluded ones never', () => {
    const accounts = [
      catalogAccount('openai'),
      catalogAccount('groq', { adapter: findAdapter('groq')! }),
      catalogAccount('claude', { adapter: findAdapter('anthropic')! }),
    ];
    const preferences = { preferredProviders: ['anthropic'], excludedProviders: ['groq'] };
    expect(order(plan(accounts, { preferences }))).toEqual(['claude', 'openai']);
  });

  it('asks another provider before the other accounts of one that is overloaded', () => {
    const accounts = [
      catalogAccount('a1'),
      catalogAccount('a2'),
      catalogAccount('b', { adapter: findAdapter('groq')! }),
    ];
    const { made } = setUp(accounts);
    const one = made();
    one.next()!.ended(outcome('overloaded'));
    expect(order(one)).toEqual(['b', 'a2']);
  });

  it('falls back to other models, as far as the key may use them', () => {
    const named = (id: string, model: string): CatalogAccount =>
      catalogAccount(id, { models: [model] });
    const accounts = [named('main', 'm'), named('second', 'n'), named('third', 'o')];
    const fallbacks = { m: ['n', 'o', 'nowhere'] };
    const config = { fallbacks };
    expect(order(plan(accounts, {}, config))).toEqual(['main m', 'second n', 'third o']);
    expect(order(plan(accounts, { allowedModels: ['m', 'o'] }, config))).toEqual([
      'main m',
      'third o',
    ]);
  });

  it('passes over an account that has as many requests as it may', () => {
    let places = 1;
    const capacity: Capacity = {
      fullForMs: () => (places > 0 ? 0 : 700),
      tryReserve: ({ limits }) => {
        if (!limits) return { granted: null, release: () => undefined };
        places--;
        return { granted: null, release: () => places++ };
      },
    };
    const limits = { ...NO_LIMITS, maxConcurrency: 1 };
    const accounts = [catalogAccount('a', { limits }), catalogAccount('b')];
    const { routing } = routingWith(new FakeClock(), [inOrder], capacity);
    const made = () => routing.plan(planRequest({ catalog: catalogOf(accounts) }));
    const first = made().next()!;
    expect(made().decision.excluded).toMatchObject([{ reason: 'full', remainingMs: 700 }]);
    expect(made().next()!.candidate.account.id).toBe('b');
    first.ended(outcome('success'));
    expect(made().next()!.candidate.account.id).toBe('a');
  });

  it('says why the others were left out', () => {
    const { made } = setUp([catalogAccount('a'), catalogAccount('b')]);
    made()
      .next()!
      .ended(outcome('rate_limited', { retryAfterMs: 2_000 }));
    expect(made().decision).toEqual({
      strategy: 'in_order',
      models: ['m'],
      candidates: ['a', 'b'],
      excluded: [
        {
          accountId: 'a',
          accountName: 'a',
          model: 'm',
          reason: 'rate_limited',
          remainingMs: 2_000,
        },
      ],
    });
  });

  it('claims an account again, but not while it may not be asked', () => {
    const { made } = setUp([catalogAccount('a')]);
    const one = made();
    const lease = one.next()!;
    lease.ended(outcome('server_error'));
    const again = one.again(lease)!;
    again.ended(outcome('rate_limited', { retryAfterMs: 1_000 }));
    expect(one.again(lease)).toBeUndefined();
  });
});

function setUp(
  accounts: readonly CatalogAccount[],
  request: Partial<PlanRequest> = {},
  config: Partial<RoutingConfig> = {},
) {
  const { routing, states } = routingWith(new FakeClock());
  const catalog = catalogOf(accounts, { routing: { ...DEFAULT_ROUTING, ...config } });
  return { states, made: () => routing.plan(planRequest({ catalog, ...request })) };
}

function plan(...given: Parameters<typeof setUp>): Plan {
  return setUp(...given).made();
}

/** With the model where it is not the one asked for. */
function order(subject: Plan): string[] {
  const found: string[] = [];
  for (let lease = subject.next(); lease; lease = subject.next()) {
    const { account, model } = lease.candidate;
    found.push(account.models.length ? `${account.id} ${model}` : account.id);
  }
  return found;
}
