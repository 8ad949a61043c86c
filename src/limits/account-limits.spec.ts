import { AccountLimits } from './account-limits.js';
import type { Limit } from './limit.js';
import { LocalShare } from './local-share.js';
import { MemoryStore } from './memory.store.js';

const NO_LIMITS = {
  rateLimit: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
  maxConcurrency: null,
  budget: null,
};

function setUp(instances = 1) {
  const clock = { time: 0, now: () => 0, monotonic: () => clock.time };
  const refused: Limit[] = [];
  const limits = new AccountLimits(new LocalShare(new MemoryStore(clock), () => instances), {
    refused: (limit) => void refused.push(limit),
  });
  const account = (fields: object) => ({ id: 'a', limits: { ...NO_LIMITS, ...fields } });
  return { account, clock, limits, refused };
}

describe('AccountLimits', () => {
  it('asks nothing of accounts without limits', () => {
    const { limits } = setUp();
    expect(limits.fullForMs({ id: 'a' }, 1e9)).toBe(0);
    const places = Array.from({ length: 3 }, () => limits.tryReserve({ id: 'a' }, 1e9));
    expect(new Set(places).size).toBe(1);
    expect(places[0]).not.toBeNull();
  });

  it('is full until a place is released, once', () => {
    const { account, limits, refused } = setUp();
    const limited = account({ maxConcurrency: 1 });
    const place = limits.tryReserve(limited, 0)!;
    expect(limits.fullForMs(limited, 0)).toBeGreaterThan(0);
    expect(limits.tryReserve(limited, 0)).toBeNull();
    expect(refused.map(({ kind, scope }) => [kind, scope])).toEqual([['concurrency', 'account']]);
    place.release(5);
    place.release(null);
    expect(limits.fullForMs(limited, 0)).toBe(0);
    expect(limits.tryReserve(limited, 0)).not.toBeNull();
    expect(limits.tryReserve(limited, 0)).toBeNull();
  });

  it('looks without taking', () => {
    const { account, limits } = setUp();
    const limited = account({ requestsPerMinute: 1 });
    for (let i = 0; i < 3; i++) expect(limits.fullForMs(limited, 0)).toBe(0);
  });

  it('counts requests and tokens of a minute, and gives back what never left', () => {
    const { account, clock, limits } = setUp();
    const limited = account({ requestsPerMinute: 2, tokensPerMinute: 100 });
    limits.tryReserve(limited, 80)!.release(null);
    limits.tryReserve(limited, 80)!.release(30);
    limits.tryReserve(limited, 70)!.release(70);
    expect(limits.fullForMs(limited, 1)).toBe(61_000);
    clock.time = 61_000;
    expect(limits.fullForMs(limited, 1)).toBe(0);
  });

  it("takes this instance's share only", () => {
    const { account, limits } = setUp(3);
    const limited = account({ maxConcurrency: 7 });
    const places = Array.from({ length: 5 }, () => limits.tryReserve(limited, 0));
    expect(places.filter(Boolean)).toHaveLength(3);
  });
});
