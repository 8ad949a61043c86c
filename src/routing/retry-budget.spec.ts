import fc from 'fast-check';
import { RetryBudget } from './retry-budget.js';

describe('RetryBudget', () => {
  it('has a floor for quiet times', () => {
    const budget = new RetryBudget(0.2, 3);
    const granted = Array.from({ length: 40 }, () => budget.withdraw(0)).filter(Boolean);
    expect(granted).toHaveLength(30);
  });

  it('grows by a share of the requests, and forgets them after ten seconds', () => {
    const budget = new RetryBudget(0.2, 0);
    for (let i = 0; i < 100; i++) budget.deposit(0);
    expect(budget.available(9_999)).toBeCloseTo(20);
    expect(budget.available(10_000)).toBe(0);
  });

  it('never grants more than the share and the floor in any ten seconds', () => {
    const events = fc.array(
      fc.record({ gap: fc.integer({ min: 0, max: 900 }), retries: fc.integer({ min: 0, max: 3 }) }),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(events, (given) => {
        const budget = new RetryBudget(0.2, 1);
        const requests: number[] = [];
        const retries: number[] = [];
        let now = 0;
        for (const { gap, retries: wanted } of given) {
          now += gap;
          requests.push(now);
          budget.deposit(now);
          for (let i = 0; i < wanted; i++) if (budget.withdraw(now)) retries.push(now);
          // Slots of a second: a window of nine seconds lies within the ten that count.
          const recent = (times: number[]): number => times.filter((at) => at > now - 9_000).length;
          const earlier = requests.filter((at) => at > now - 20_000).length;
          expect(recent(retries)).toBeLessThanOrEqual(0.2 * earlier + 10 + 1e-9);
        }
      }),
    );
  });
});
