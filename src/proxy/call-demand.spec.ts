import { catalogAccount, catalogOf } from '../../test/support/catalog-fixtures.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import { findAdapter } from '../providers/adapters/index.js';
import type { Consumption, PriceBook } from '../stats/prices/price-book.js';
import { CallDemand } from './call-demand.js';
import type { ClientCall } from './client-call.js';

/** Nano-USD by upstream model. */
const PRICES: Readonly<Record<string, bigint>> = { m: 5n, dear: 9n };

function setUp() {
  const asked: Consumption[] = [];
  const prices = {
    price: (consumption: Consumption) => {
      asked.push(consumption);
      const costNanoUsd = PRICES[consumption.model];
      return costNanoUsd === undefined ? null : { costNanoUsd, source: 'list' };
    },
  } as unknown as PriceBook;
  const config = { environment: { OUTPUT_TOKENS_ESTIMATE: 7 } } as GatewayConfig;
  const demand = new CallDemand(prices, config);
  const of = (catalog: ClientCall['catalog'], fields: Partial<ClientCall> = {}) =>
    demand.of({
      catalog,
      operation: 'chat',
      model: 'm',
      body: Buffer.alloc(40),
      members: new Map(),
      startedAt: 1,
      ...fields,
    } as ClientCall);
  return { asked, of };
}

describe('CallDemand', () => {
  it('asks for no price before somebody wants to know', () => {
    const { asked, of } = setUp();
    expect(of(catalogOf([catalogAccount('a')])).tokens).toBe(17);
    expect(asked).toEqual([]);
  });

  it('counts the dearest of those who serve the model', () => {
    const { of } = setUp();
    const modelMapping = new Map([['m', 'dear']]);
    const accounts = [catalogAccount('a'), catalogAccount('b', { modelMapping })];
    for (const account of accounts) Object.assign(account, { models: ['m'] });
    expect(of(catalogOf(accounts)).nanoUsd()).toBe(9n);
    expect(of(catalogOf([])).nanoUsd()).toBe(0n);
    expect(of(catalogOf([catalogAccount('c')]), { model: 'unknown' }).nanoUsd()).toBe(0n);
  });

  it('asks once for the price of a model of a provider, however many accounts serve it', () => {
    const { asked, of } = setUp();
    const accounts = Array.from({ length: 30 }, (_, index) =>
      catalogAccount(`account-${index}`, {
        models: ['m'],
        adapter: findAdapter(index % 3 === 0 ? 'anthropic' : 'openai')!,
        modelMapping: new Map(index % 5 === 0 ? [['m', 'dear']] : []),
      }),
    );
    expect(of(catalogOf(accounts)).nanoUsd()).toBe(9n);
    expect(asked.map(({ provider, model }) => `${provider}/${model}`).toSorted()).toEqual([
      'anthropic/dear',
      'anthropic/m',
      'openai/dear',
      'openai/m',
    ]);
  });
});
