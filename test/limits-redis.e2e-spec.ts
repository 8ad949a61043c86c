import { describeLimitStore } from './support/limit-store-contract.js';
import { TestInstance } from './support/redis.js';

const url = process.env['TEST_REDIS_URL'];

(url ? describe : describe.skip)('limits in Redis', () => {
  let instance: TestInstance;

  beforeAll(async () => {
    instance = await TestInstance.connect(url!, { commandTimeoutMs: 1_000 });
  });

  afterAll(() => instance?.close());

  describeLimitStore(
    'RedisStore',
    () => ({
      store: instance.store,
      advance: (ms) => (instance.shiftMs += ms),
      settled: () => instance.store.flush(),
    }),
    20,
  );

  it('were all counted there, and none here', () => {
    expect([instance.changes, instance.link.isUp]).toEqual([[], true]);
  });
});
