import { setImmediate as tick } from 'node:timers/promises';
import { Logger } from '../common/logger.js';
import type { OwnedBudget } from './key-limits.js';
import { SpendBook } from './spend-book.js';
import { SpendSource } from './spend-source.js';

const DAY = 86_400_000;
const NOON = Date.parse('2026-11-26T12:00:00Z');
const budget: OwnedBudget = {
  scope: 'key',
  ownerId: 'k',
  nanoUsd: 100n,
  period: 'day',
};

class FakeSource extends SpendSource {
  readonly asked: [string, readonly string[], number | null][] = [];
  spent = new Map([['k', 7n]]);
  fails = false;

  spentSince(...question: [scope: 'key' | 'user', ids: readonly string[], since: number | null]) {
    this.asked.push(question);
    if (this.fails) return Promise.reject(new Error('away'));
    return Promise.resolve(new Map(this.spent));
  }
}

function setUp() {
  const clock = { wall: NOON, time: 0, now: () => clock.wall, monotonic: () => clock.time };
  const source = new FakeSource();
  const options = { refreshIntervalMs: 1_000_000, maxStaleMs: 1_000 };
  const book = new SpendBook(source, clock, Logger.silent(), options);
  return { book, clock, source };
}

describe('SpendBook', () => {
  it('knows nothing until the database has answered', async () => {
    const { book, source } = setUp();
    expect(book.spent(budget, NOON)).toBeUndefined();
    source.fails = true;
    book.watch([budget]);
    await tick();
    expect([book.spent(budget, NOON), book.isFresh]).toEqual([undefined, false]);
    source.fails = false;
    await book.refresh();
    expect([book.spent(budget, NOON), book.isFresh]).toEqual([7n, true]);
    book.stop();
  });

  it('asks once for each kind of budget, from the beginning of its period', async () => {
    const { book, source } = setUp();
    book.watch([
      budget,
      { ...budget, ownerId: 'l' },
      { ...budget, scope: 'user', ownerId: 'u', period: 'month' },
      { ...budget, ownerId: 't', period: 'total' },
    ]);
    await tick();
    expect(source.asked).toEqual([
      ['key', ['k', 'l'], Date.parse('2026-11-26')],
      ['user', ['u'], Date.parse('2026-11-01')],
      ['key', ['t'], null],
    ]);
    expect(book.spent({ ...budget, ownerId: 'l' }, NOON)).toBe(0n);
    book.stop();
  });

  it('begins a new period at nothing, without asking, and does not guess about an old one', async () => {
    const { book } = setUp();
    book.watch([budget]);
    await tick();
    expect(book.spent(budget, NOON + DAY)).toBe(0n);
    expect(book.spent(budget, NOON - DAY)).toBeUndefined();
    book.stop();
  });

  it('still knows the period before, to which those belong who came before midnight', async () => {
    const { book, clock, source } = setUp();
    book.watch([budget]);
    await tick();
    clock.wall += DAY;
    source.spent = new Map([['k', 2n]]);
    for (let i = 0; i < 2; i++) {
      await book.refresh();
      expect([book.spent(budget, NOON), book.spent(budget, NOON + DAY)]).toEqual([7n, 2n]);
    }
    clock.wall += DAY;
    await book.refresh();
    expect([book.spent(budget, NOON), book.spent(budget, NOON + DAY)]).toEqual([undefined, 2n]);
    book.stop();
  });

  it('keeps what it knows when the database is away, and is fresh only for a while', async () => {
    const { book, clock, source } = setUp();
    book.watch([budget]);
    await tick();
    source.fails = true;
    clock.time = 1_001;
    await book.refresh();
    expect([book.spent(budget, NOON), book.isFresh]).toEqual([7n, false]);
    book.stop();
  });

  it('asks again for budgets that came while it was asking', async () => {
    const { book } = setUp();
    book.watch([]);
    book.watch([budget]);
    book.watch([budget, { ...budget, ownerId: 'new' }]);
    await book.refresh();
    expect(book.spent({ ...budget, ownerId: 'new' }, NOON)).toBe(0n);
    book.stop();
  });
});
