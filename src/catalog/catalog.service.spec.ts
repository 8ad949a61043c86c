import { setTimeout as sleep } from 'node:timers/promises';
import { catalogOf } from '../../test/support/catalog-fixtures.js';
import { Logger } from '../common/logger.js';
import { CatalogService } from './catalog.service.js';
import { CurrentCatalog } from './current-catalog.js';

function setUp(pollIntervalMs = 60_000) {
  const state = { version: 1, loads: 0, fails: false, time: 0 };
  const source = {
    version: () =>
      state.fails ? Promise.reject(new Error('away')) : Promise.resolve(state.version),
    load: (version: number) => {
      state.loads++;
      if (state.fails) return Promise.reject(new Error('broken'));
      return Promise.resolve(catalogOf([], { version }));
    },
  };
  const current = new CurrentCatalog();
  const options = { pollIntervalMs, maxStaleMs: 1_000, now: () => state.time };
  const service = new CatalogService(source, current, Logger.silent(), options);
  return { state, current, service };
}

describe('CatalogService', () => {
  it('swaps in what it loads', async () => {
    const { state, current, service } = setUp();
    await service.run();
    state.version = 2;
    await service.refresh();
    expect(current.catalog.version).toBe(2);
    await service.onApplicationShutdown();
  });

  it('keeps the good catalog when a load fails, and says so', async () => {
    const { state, current, service } = setUp();
    await service.run();
    Object.assign(state, { version: 2, fails: true });
    await service.refresh();
    expect(current.catalog.version).toBe(1);
    expect(service.lastFault).toBe('away');
    state.fails = false;
    await service.refresh();
    expect(current.catalog.version).toBe(2);
    expect(service.lastFault).toBeNull();
    await service.onApplicationShutdown();
  });

  it('takes any number of changes during a load over in one more load', async () => {
    const { state, current, service } = setUp();
    await service.run();
    const refreshes = [service.refresh(), service.refresh(), service.refresh()];
    state.version = 5;
    await Promise.all(refreshes);
    expect(current.catalog.version).toBe(5);
    expect(state.loads).toBe(3);
    await service.onApplicationShutdown();
  });

  it('finds a change that nobody told it of', async () => {
    const { state, current, service } = setUp(2);
    await service.run();
    state.version = 2;
    await sleep(30);
    expect(current.catalog.version).toBe(2);
    await service.onApplicationShutdown();
  });

  it('forgets a fault once the catalog is known to be what the database says', async () => {
    const { state, service } = setUp(2);
    await service.run();
    state.fails = true;
    await service.refresh();
    expect(service.lastFault).toBe('away');
    state.fails = false;
    await sleep(30);
    expect(service.lastFault).toBeNull();
    await service.onApplicationShutdown();
  });

  it('is trusted from its first load until it has gone unconfirmed for too long', async () => {
    const { state, service } = setUp();
    expect(service.isTrusted).toBe(false);
    await service.run();
    state.time = 1_000;
    expect(service.isTrusted).toBe(true);
    state.time = 1_001;
    expect(service.isTrusted).toBe(false);
    await service.refresh();
    expect(service.isTrusted).toBe(true);
    await service.onApplicationShutdown();
  });
});
