import type { Claim } from '../src/limits/limit.js';
import { Claims } from './support/limit-claims.js';
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

  describe('when the clock of Redis is set back', () => {
    const HOUR_MS = 3_600_000;
    const admitted = async (calls: number, claim: Claim): Promise<number> => {
      let count = 0;
      for (let i = 0; i < calls; i++) {
        if ((await instance.store.reserve([claim])).reservation) count++;
      }
      return count;
    };

    it('go on at their rate', async () => {
      const claim = new Claims().rate(2, 3);
      expect(await admitted(5, claim)).toBe(3);
      instance.shiftMs -= HOUR_MS;
      expect(await admitted(5, claim)).toBe(0);
      instance.shiftMs += 1_000;
      expect(await admitted(5, claim)).toBe(2);
    });

    it('count the minute anew', async () => {
      const claim = new Claims().requests(3);
      expect(await admitted(5, claim)).toBe(3);
      instance.shiftMs -= HOUR_MS;
      expect(await admitted(5, claim)).toBe(3);
      instance.shiftMs += 61_000;
      expect(await admitted(5, claim)).toBe(3);
    });
  });

  it('were all counted there, and none here', () => {
    expect([instance.changes, instance.link.isUp]).toEqual([[], true]);
  });
});
