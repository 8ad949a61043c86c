import { catalogAccount, catalogOf } from '../../test/support/catalog-fixtures.js';
import { FakeClock } from '../../test/support/fake-clock.js';
import { outcome, planRequest, routingWith } from '../../test/support/routing-fixtures.js';
import { findAdapter } from '../providers/adapters/index.js';
import type { Outcome } from '../providers/outcome.js';
import { DEFAULT_ROUTING } from '../routing-config/routing-config.js';
import type { RoutingStrategy } from './strategies/routing-strategy.js';

describe('RoutingService', () => {
  it('plans with the accounts that can be asked this at all', () => {
    const catalog = catalogOf([
      catalogAccount('one'),
      catalogAccount('claude', { adapter: findAdapter('anthropic')! }),
    ]);
    const plan = routingWith(new FakeClock()).routing.plan(
      planRequest({ catalog, canServe: ({ provider }) => provider === 'openai' }),
    );
    expect([plan.next()?.candidate.account.id, plan.next()]).toEqual(['one', undefined]);
  });

  it('answers 404 for a model that nobody serves', () => {
    const { routing } = routingWith(new FakeClock());
    expect(() => routing.plan(planRequest({ catalog: catalogOf([]) }))).toThrow(
      expect.objectContaining({ status: 404, code: 'model_not_found', param: 'model' }),
    );
  });

  it('answers 429 with the shortest wait when every account is rate limited', () => {
    const { attempt } = withTwo();
    attempt(outcome('rate_limited', { retryAfterMs: 9_000 }));
    attempt(outcome('rate_limited', { retryAfterMs: 4_000 }));
    expect(() => attempt(outcome('success'))).toThrow(
      expect.objectContaining({
        status: 429,
        code: 'upstream_rate_limited',
        retryAfterSeconds: 4,
      }),
    );
  });

  it('answers 503 with the shortest wait when accounts are out for several reasons', () => {
    const { attempt } = withTwo();
    attempt(outcome('rate_limited', { retryAfterMs: 9_000 }));
    attempt(outcome('credential_rejected'));
    expect(() => attempt(outcome('success'))).toThrow(
      expect.objectContaining({ status: 503, code: 'no_account_available', retryAfterSeconds: 9 }),
    );
  });

  it('takes the strategy of the key before that of the model, and that before the general one', () => {
    const named = (name: string): RoutingStrategy => ({
      name,
      over: ([first]) => ({ pick: () => first }),
    });
    const { routing } = routingWith(new FakeClock(), ['general', 'models', 'keys'].map(named));
    const models = { 'm*': { strategy: 'models' } };
    const config = { ...DEFAULT_ROUTING, strategy: 'general', models };
    const catalog = catalogOf([catalogAccount('a')], { routing: config });
    const chosen = (model: string, strategy?: string): string =>
      routing.plan(planRequest({ catalog, model, preferences: strategy ? { strategy } : null }))
        .decision.strategy;
    expect([chosen('x'), chosen('mistral'), chosen('mistral', 'keys')]).toEqual([
      'general',
      'models',
      'keys',
    ]);
  });

  it('asks by name where routing is switched off', () => {
    const { routing } = routingWith(new FakeClock());
    const catalog = catalogOf([catalogAccount('b'), catalogAccount('a')], {
      routing: { ...DEFAULT_ROUTING, enabled: false },
    });
    const asked = [1, 2, 3].map(
      () => routing.plan(planRequest({ catalog })).next()!.candidate.account.id,
    );
    expect(asked).toEqual(['a', 'a', 'a']);
  });

  it('keeps what it knows of accounts over catalogs, and forgets it with their credential', () => {
    const { routing, states } = routingWith(new FakeClock());
    const account = catalogAccount('a');
    routing
      .plan(planRequest({ catalog: catalogOf([account]) }))
      .next()!
      .ended(outcome('credential_rejected'));
    const same = catalogOf([{ ...account, weight: 7 }], { version: 2 });
    states.adopt(same);
    expect(() => routing.plan(planRequest({ catalog: same }))).toThrow('available');
    const mended = catalogOf([{ ...account, secret: 'another' }], { version: 3 });
    states.adopt(mended);
    expect(routing.plan(planRequest({ catalog: mended })).next()).toBeDefined();
  });
});

function withTwo() {
  const { routing } = routingWith(new FakeClock());
  const catalog = catalogOf([catalogAccount('one'), catalogAccount('two')]);
  const attempt = (how: Outcome): void => routing.plan(planRequest({ catalog })).next()!.ended(how);
  return { attempt };
}
