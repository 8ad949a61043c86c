import { Claims } from '../../test/support/limit-claims.js';
import { describeLimitStore } from '../../test/support/limit-store-contract.js';
import { pipe } from '../../test/support/pipe.js';
import { Channel } from '../common/channel.js';
import type { Charge } from './limit-store.js';
import { LimitDesk } from './limit-desk.js';
import { LocalShare } from './local-share.js';
import { MemoryStore } from './memory.store.js';
import { PrimaryStore } from './primary.store.js';

class FakeClock {
  time = 0;
  now = (): number => 1_764_150_000_000;
  monotonic = (): number => this.time;
}

/** Workers that share a desk; each dies on demand. */
class Workers {
  readonly clock = new FakeClock();
  private readonly desk = new LimitDesk(new LocalShare(new MemoryStore(this.clock), () => 1));

  employ(): { store: PrimaryStore; die(): void } {
    const [near, far] = pipe();
    let silent = (): void => {};
    const onceSilent = (listener: () => void): void => void (silent = listener);
    this.desk.attend({ channel: new Channel(far), onceSilent });
    return { store: new PrimaryStore(new Channel(near)), die: () => silent() };
  }
}

describeLimitStore(
  'PrimaryStore',
  () => {
    const workers = new Workers();
    return {
      store: workers.employ().store,
      advance: (ms) => (workers.clock.time += ms),
      settled: thereAndBack,
    };
  },
  50,
);

describe('PrimaryStore', () => {
  let workers: Workers;
  let claims: Claims;

  beforeEach(() => {
    workers = new Workers();
    claims = new Claims();
  });

  it('counts for all workers together', async () => {
    const stores = [workers.employ().store, workers.employ().store];
    const claim = claims.requests(5);
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, (_, index) => stores[index % 2]!.reserve([claim])),
    );
    expect(verdicts.filter(({ reservation }) => reservation)).toHaveLength(5);
  });

  it('gives back the places and promises of a worker that dies, and not what it may have used', async () => {
    const [dying, living] = [workers.employ(), workers.employ()];
    const all = [
      claims.concurrency(1),
      claims.budget(100n, 100n),
      claims.requests(2),
      claims.tokens(100, 60),
    ];
    expect((await dying.store.reserve(all)).reservation).not.toBeNull();
    expect((await living.store.reserve(all)).reservation).toBeNull();
    dying.die();
    const { states, reservation } = await living.store.reserve([
      ...all.slice(0, 3),
      claims.tokens(100, 40),
    ]);
    expect(reservation).not.toBeNull();
    expect(states.map(({ remaining }) => remaining)).toEqual([0, 0, 0, 0]);
  });

  it('tells of a charge only the worker that made it', async () => {
    const [one, other] = [workers.employ().store, workers.employ().store];
    const heard: [string, Charge][] = [];
    one.onCharge((charge) => heard.push(['one', charge]));
    other.onCharge((charge) => heard.push(['other', charge]));
    const { reservation } = await one.reserve([claims.budget(100n, 10n)]);
    reservation!.settle({ tokens: 0, nanoUsd: 7n });
    await thereAndBack();
    expect(heard.map(([name, { after }]) => [name, after])).toEqual([['one', 7n]]);
  });
});

/** What is said in one turn is heard in the next, and so is the answer. */
async function thereAndBack(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
