import { catalogAccount, catalogOf } from '../../test/support/catalog-fixtures.js';
import { FakeClock } from '../../test/support/fake-clock.js';
import { routingWith } from '../../test/support/routing-fixtures.js';
import { DEFAULT_ROUTING } from '../routing-config/routing-config.js';
import type { ClientCall } from './client-call.js';
import { CallPlanRequest } from './plan-request.js';

describe('CallPlanRequest', () => {
  it('estimates tokens for the model asked for and for those it falls back to, weighted or not', () => {
    const routing = {
      ...DEFAULT_ROUTING,
      fallbacks: { m: ['other'] },
      weights: { latency: 2 },
    };
    const catalog = catalogOf([catalogAccount('one')], { routing });
    const plan = routingWith(new FakeClock()).routing.plan(requestWith(catalog));
    expect(
      plan.stages.map(({ request: { model, keyId, inputTokens, outputTokens, preferences } }) => [
        model,
        keyId,
        inputTokens,
        outputTokens,
        preferences?.weights,
      ]),
    ).toEqual([
      ['m', 'key', 10, 700, { latency: 2 }],
      ['other', 'key', 10, 700, { latency: 2 }],
    ]);
  });

  it('can be served by who can carry its operation', () => {
    const request = requestWith(catalogOf([]));
    const { adapter } = catalogAccount('one');
    expect(request.canServe(adapter)).toBe(true);
  });
});

function requestWith(catalog: ClientCall['catalog']): CallPlanRequest {
  const call = {
    catalog,
    key: { id: 'key', routingPreferences: null, allowedModels: ['*'] },
    model: 'm',
    session: null,
    stream: false,
    operation: 'chat',
    body: Buffer.alloc(40),
    members: new Map(),
  } as unknown as ClientCall;
  return new CallPlanRequest(call, 700);
}
