import type { CatalogKey } from '../catalog/catalog.js';
import type { UsageLimits } from '../common/usage-limits.js';
import { ConcurrencyQueue } from './concurrency-queue.js';
import { Limiter } from './limiter.js';
import { SpendUnknownError } from './limit-errors.js';
import { MemoryStore } from './memory.store.js';
import type { SpendBook } from './spend-book.js';

const NO_LIMITS: UsageLimits = {
  rateLimit: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
  maxConcurrency: null,
  budget: null,
};
const demand = { tokens: 10, nanoUsd: () => 5n, atMs: 0 };

function setUp() {
  const store = new MemoryStore({ now: () => 0, monotonic: () => 0 });
  const book = {
    known: 0n as bigint | undefined,
    isFresh: true,
    asked: 0,
    spent: () => book.known,
    refresh: () => Promise.resolve(void book.asked++),
  };
  const queue = new ConcurrencyQueue(store, { timeoutMs: 0, maxLength: 0 });
  const limiter = new Limiter(store, book as unknown as SpendBook, queue);
  return { book, store, limiter };
}

const keyWith = (limits: Partial<UsageLimits>, ownerLimits?: Partial<UsageLimits>): CatalogKey => ({
  id: 'k',
  name: 'k',
  ownerId: 'u',
  allowedModels: ['*'],
  expiresAt: null,
  routingPreferences: null,
  tags: [],
  limits: { ...NO_LIMITS, ...limits },
  ...(ownerLimits && { ownerLimits: { ...NO_LIMITS, ...ownerLimits } }),
});

describe('Limiter', () => {
  it('asks all limits of the key and of its owner at once', async () => {
    const { limiter } = setUp();
    const budget = { nanoUsd: 100n, period: 'day' } as const;
    const key = keyWith(
      { rateLimit: { requestsPerSecond: 1, burstSize: 2 }, tokensPerMinute: 100, budget },
      { requestsPerMinute: 5, maxConcurrency: 3 },
    );
    const { states } = await limiter.reserve(key, demand);
    expect(states.map(({ limit: { scope, kind }, remaining }) => [scope, kind, remaining])).toEqual(
      [
        ['key', 'rate', 1],
        ['key', 'tokens', 90],
        ['user', 'requests', 4],
        ['user', 'concurrency', 2],
        ['key', 'budget', 95],
      ],
    );
  });

  it('settles once, whoever wants to and how often', async () => {
    const { limiter } = setUp();
    const key = keyWith({ maxConcurrency: 2 });
    const first = await limiter.reserve(key, demand);
    await limiter.reserve(key, demand);
    first.reservation!.settle(null);
    first.reservation!.settle({ tokens: 1, nanoUsd: 1n });
    const { states } = await limiter.reserve(key, demand);
    expect(states[0]!.remaining).toBe(0);
  });

  const withBudget = keyWith({ budget: { nanoUsd: 100n, period: 'day' } });

  it('asks once more what a budget has spent, then spends nothing', async () => {
    const { book, limiter } = setUp();
    book.known = undefined;
    await expect(limiter.reserve(withBudget, demand)).rejects.toThrow(SpendUnknownError);
    expect(book.asked).toBe(1);
    const { reservation } = await limiter.reserve(keyWith({ requestsPerMinute: 1 }), demand);
    expect(reservation).not.toBeNull();
  });

  it('spends nothing when neither what others count nor the database is at hand', async () => {
    const { book, store } = setUp();
    const away = Object.assign(Object.create(store) as MemoryStore, { isWhole: false });
    const queue = new ConcurrencyQueue(store, { timeoutMs: 0, maxLength: 0 });
    const limiter = new Limiter(away, book as unknown as SpendBook, queue);
    await expect(limiter.reserve(withBudget, demand)).resolves.toBeDefined();
    book.isFresh = false;
    await expect(limiter.reserve(withBudget, demand)).rejects.toThrow(SpendUnknownError);
  });
});
