import { jest } from '@jest/globals';
import { Claims } from '../../test/support/limit-claims.js';
import { ConcurrencyQueue } from './concurrency-queue.js';
import { refuses, type Claim } from './limit.js';
import type { Verdict } from './limit-store.js';
import { MemoryStore } from './memory.store.js';

describe('ConcurrencyQueue', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const setUp = (timeoutMs = 500, maxLength = 10) => {
    const store = new MemoryStore({ now: () => 0, monotonic: () => 0 });
    const claims = new Claims();
    const queue = new ConcurrencyQueue(store, { timeoutMs, maxLength });
    const served: string[] = [];
    const reserve = async (name: string, ...others: Parameters<typeof queue.reserve>[0]) => {
      const verdict = await queue.reserve([claims.concurrency(1), ...others]);
      served.push(verdict.reservation ? name : `${name} refused`);
      return verdict;
    };
    return { claims, reserve, served };
  };
  const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);
  const end = ({ reservation }: Verdict): void => reservation!.settle(null);

  it('refuses at once when nobody may wait', async () => {
    const { reserve, served } = setUp(0);
    await reserve('a');
    await reserve('b');
    expect(served).toEqual(['a', 'b refused']);
  });

  it('serves those who wait in the order they came', async () => {
    const { reserve, served } = setUp();
    const running = await reserve('a');
    const waiting = [reserve('b'), reserve('c'), reserve('d')];
    await pass(100);
    expect(served).toEqual(['a']);
    end(running);
    for (const one of waiting) {
      await pass(1);
      end(await one);
    }
    expect(served).toEqual(['a', 'b', 'c', 'd']);
  });

  it('lets nobody overtake', async () => {
    const { reserve, served } = setUp();
    const running = await reserve('a');
    const first = reserve('b');
    await pass(1);
    end(running);
    const later = reserve('c');
    await pass(30);
    end(await first);
    await pass(30);
    await later;
    expect(served).toEqual(['a', 'b', 'c']);
  });

  it('refuses who has waited long enough', async () => {
    const { reserve, served } = setUp(500);
    await reserve('a');
    void reserve('b');
    await pass(499);
    expect(served).toEqual(['a']);
    await pass(1);
    expect(served).toEqual(['a', 'b refused']);
  });

  it('refuses at once when the line is full', async () => {
    const { reserve, served } = setUp(500, 1);
    await reserve('a');
    void reserve('b');
    await pass(1);
    await reserve('c');
    expect(served).toEqual(['a', 'c refused']);
  });

  it('does not let wait for what a moment does not bring', async () => {
    const { claims, reserve, served } = setUp();
    await reserve('a', claims.requests(1));
    await reserve('b', claims.requests(1));
    expect(served).toEqual(['a', 'b refused']);
  });

  it.each([
    ['whose time is over', 10],
    ['whom the line does not hold', 1],
  ])('tells one %s of its own limits', async (_, maxLength) => {
    const store = new MemoryStore({ now: () => 0, monotonic: () => 0 });
    const answers = [store.reserve.bind(store), store.reserve.bind(store)];
    const slow = {
      isWhole: true,
      onCharge: () => {},
      look: store.look.bind(store),
      reserve: (claims: Claim[]) => answers.pop()?.(claims) ?? new Promise<Verdict>(() => {}),
    };
    const queue = new ConcurrencyQueue(slow, { timeoutMs: 500, maxLength });
    const ofUser = new Claims().concurrency(1);
    const ofKeyA = new Claims().requests(10);
    const ofKeyB = new Claims().requests(20);
    await queue.reserve([ofUser, ofKeyA]);
    void queue.reserve([ofUser, ofKeyA]);
    await pass(1);
    const refused = queue.reserve([ofKeyB, ofUser]);
    await pass(500);
    const { states, reservation } = await refused;
    expect(reservation).toBeNull();
    expect(states.map(({ limit, remaining }) => [limit, remaining])).toEqual([
      [ofKeyB.limit, 20],
      [ofUser.limit, 0],
    ]);
    expect(states.map(refuses)).toEqual([false, true]);
  });

  it('says why it refuses, even when a place is free just then', async () => {
    const { reserve, served } = setUp(500, 1);
    const running = await reserve('a');
    void reserve('b');
    await pass(1);
    end(running);
    const { states } = await reserve('c');
    expect(states.map(refuses)).toEqual([true]);
    expect(served).toContain('c refused');
  });

  it('leaves nothing taken by one whose time was over', async () => {
    const { reserve, served } = setUp(500);
    const running = await reserve('a');
    void reserve('b');
    await pass(500);
    end(running);
    await pass(100);
    await reserve('c');
    expect(served).toEqual(['a', 'b refused', 'c']);
  });
});
