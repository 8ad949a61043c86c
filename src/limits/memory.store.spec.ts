import { Claims } from '../../test/support/limit-claims.js';
import { describeLimitStore } from '../../test/support/limit-store-contract.js';
import { MemoryStore } from './memory.store.js';

class FakeClock {
  wall = 1_764_150_000_000;
  time = 0;
  now = (): number => this.wall;
  monotonic = (): number => this.time;
}

describeLimitStore(
  'MemoryStore',
  () => {
    const clock = new FakeClock();
    const store = new MemoryStore(clock);
    return {
      store,
      advance: (ms) => (clock.time += ms),
      settled: () => Promise.resolve(),
    };
  },
  200,
);

describe('MemoryStore', () => {
  it('is not moved by the wall clock', () => {
    const clock = new FakeClock();
    const store = new MemoryStore(clock);
    const claims = new Claims();
    const all = [claims.rate(1, 1), claims.requests(1), claims.concurrency(1)];
    expect(store.reserve(all).reservation).not.toBeNull();
    for (const jump of [3_600_000, -7_200_000]) {
      clock.wall += jump;
      expect(store.reserve(all).states.every(({ retryAfterMs }) => retryAfterMs)).toBe(true);
    }
    clock.time += 2_000;
    expect(store.reserve([claims.rate(1, 1)]).reservation).not.toBeNull();
  });

  it('forgets limits that nobody uses, and not those of a request that runs', () => {
    const clock = new FakeClock();
    const store = new MemoryStore(clock);
    const running = store.reserve([new Claims().concurrency(1)]);
    for (let i = 0; i < 1_000; i++) {
      const claims = new Claims();
      const { reservation } = store.reserve([
        claims.rate(1, 1),
        claims.requests(1),
        claims.concurrency(1),
        claims.budget(1n, 1n),
      ]);
      reservation!.settle({ tokens: 1, nanoUsd: 1n });
    }
    expect(store.size).toBe(4_001);
    clock.time += 120_000;
    store.reserve([]);
    expect(store.size).toBe(1_001);
    clock.time += 86_400_000;
    store.reserve([]);
    expect(store.size).toBe(1);
    running.reservation!.settle(null);
    clock.time += 60_000;
    store.reserve([]);
    expect(store.size).toBe(0);
  });

  it('forgets what was admitted elsewhere as well', () => {
    const clock = new FakeClock();
    const store = new MemoryStore(clock);
    for (let minute = 0; minute < 10; minute++) {
      clock.time += 120_000;
      for (let i = 0; i < 10; i++) store.take([new Claims().requests(1)]).settle(null);
      store.look([new Claims().requests(1)]);
    }
    expect(store.size).toBeLessThan(30);
  });
});
