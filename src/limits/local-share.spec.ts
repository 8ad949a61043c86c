import { Claims } from '../../test/support/limit-claims.js';
import { FakeClock } from '../../test/support/fake-clock.js';
import type { Charge } from './limit-store.js';
import { LocalShare } from './local-share.js';
import { MemoryStore } from './memory.store.js';

const USD = 1_000_000_000n;

function setUp(instances: number) {
  const share = new LocalShare(new MemoryStore(new FakeClock()), () => instances);
  const charges: Charge[] = [];
  share.onCharge((charge) => void charges.push(charge));
  return { charges, share };
}

describe('LocalShare', () => {
  it('spends its part of what is left, and tells of the whole budget', () => {
    const { charges, share } = setUp(4);
    const claims = [new Claims().budget(100n * USD, USD, 20n * USD)];
    let spent = 20n;
    for (;;) {
      const { states, reservation } = share.reserve(claims);
      expect(states[0]!.limit).toBe(claims[0]!.limit);
      if (!reservation) break;
      reservation.settle({ tokens: 0, nanoUsd: USD });
      spent++;
    }
    expect(spent).toBe(40n);
    expect(new Set(charges.map(({ limit }) => limit.nanoUsd))).toEqual(new Set([100n * USD]));
    expect(charges.at(-1)).toMatchObject({ before: 39n * USD, after: 40n * USD });
  });

  it('shows people their limit, and what is left of its part', () => {
    const claim = new Claims().requests(10);
    const [state] = setUp(4).share.look([claim]);
    expect(state).toMatchObject({ limit: claim.limit, remaining: 3 });
  });

  it('spends nothing of a budget that others have spent', () => {
    const { share } = setUp(4);
    const { reservation } = share.reserve([new Claims().budget(100n, 1n, 120n)]);
    expect(reservation).toBeNull();
  });
});
