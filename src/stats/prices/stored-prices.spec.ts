import type { DataSource } from 'typeorm';
import { pipe } from '../../../test/support/pipe.js';
import { CurrentCatalog } from '../../catalog/current-catalog.js';
import { Channel } from '../../common/channel.js';
import { Logger } from '../../common/logger.js';
import { ASK_PEERS, Peers } from '../../common/peers.js';
import type { PriceBook, StoredPrice } from './price-book.js';
import { StoredPrices } from './stored-prices.js';

const ROW = { model: 'm', valid_from: new Date('2026-06-01'), rates: { input: '1' } };

function setUp(peers = new Peers()) {
  const loaded: (readonly StoredPrice[])[] = [];
  const dataSource = { query: () => Promise.resolve([ROW]) } as unknown as DataSource;
  const book = { setStored: (prices) => loaded.push(prices) } as Pick<
    PriceBook,
    'setStored'
  > as PriceBook;
  const current = new CurrentCatalog();
  const prices = new StoredPrices(dataSource, book, current, peers, Logger.silent());
  prices.onModuleInit();
  return { prices, current, loaded };
}

describe('StoredPrices', () => {
  it('brings what is in the database to the price book', async () => {
    const { prices, loaded } = setUp();
    await prices.run();
    expect(loaded).toEqual([
      [{ model: 'm', validFromMs: Date.UTC(2026, 5, 1), sheet: { input: '1' } }],
    ]);
  });

  it('does so again when a change is announced', async () => {
    const { current, loaded } = setUp();
    current.swap(current.catalog);
    await new Promise(setImmediate);
    expect(loaded).toHaveLength(1);
  });

  it('has the other workers do so before a change is done, and asks nobody when one of them asks', async () => {
    const [near, far] = pipe();
    const primary = new Channel(far);
    const asked: string[] = [];
    primary.on(ASK_PEERS, ({ topic }) => {
      asked.push(topic);
      return [];
    });
    const { prices, loaded } = setUp(
      new Peers({ worker: 1, others: [2], channel: new Channel(near) }),
    );
    await prices.takeEffect();
    expect(asked).toEqual(['prices']);
    await primary.ask({ name: asked[0]! }, undefined);
    expect(loaded).toHaveLength(2);
    expect(asked).toHaveLength(1);
  });
});
