import { catalogOf } from '../../test/support/catalog-fixtures.js';
import { Claims } from '../../test/support/limit-claims.js';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import { Logger } from '../common/logger.js';
import { BudgetAlerts } from './budget-alerts.js';
import type { BudgetEvent } from './budget-event.js';
import { BudgetWatch } from './budget-watch.js';

function setUp(thresholds = [50, 80, 95]) {
  const events: BudgetEvent[] = [];
  const reached: [string, string, number][] = [];
  const { limit } = new Claims().budget(1_000n, 0n);
  const current = new CurrentCatalog();
  const key = {
    id: limit.ownerId,
    name: 'Team A',
    ownerId: null,
    allowedModels: [],
    expiresAt: null,
    routingPreferences: null,
    tags: [],
  };
  current.swap(catalogOf([], { keys: new Map([['digest', key]]) }));
  const clock = { now: () => Date.UTC(2026, 10, 26), monotonic: () => 0 };
  const metrics = { reached: (...labels: [string, string, number]) => void reached.push(labels) };
  const webhook = { send: (event: BudgetEvent) => void events.push(event) };
  const alerts = new BudgetAlerts(Logger.silent(), metrics, webhook);
  const watch = new BudgetWatch(current, clock, alerts, thresholds);
  return { events, limit, reached, watch };
}

describe('BudgetWatch', () => {
  it('tells of each threshold in the charge that reaches it, and never again', () => {
    const { events, limit, reached, watch } = setUp();
    const steps = [0n, 499n, 500n, 799n, 960n, 2_000n];
    for (const [index, before] of steps.slice(0, -1).entries()) {
      watch.charged({ limit, before, after: steps[index + 1]! });
    }
    const told = events.map(({ threshold_percent, spent_usd }) => [threshold_percent, spent_usd]);
    expect(told).toEqual([
      [50, '0.0000005'],
      [80, '0.00000096'],
      [95, '0.00000096'],
    ]);
    expect(reached).toEqual([50, 80, 95].map((percent) => ['key', 'total', percent]));
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
  });

  it('says whose budget it is', () => {
    const { events, limit, watch } = setUp([100]);
    watch.charged({ limit, before: 0n, after: 1_000n });
    expect(events).toEqual([
      {
        id: expect.any(String),
        type: 'budget.threshold_reached',
        created_at: '2026-11-26T00:00:00.000Z',
        scope: 'key',
        owner_id: limit.ownerId,
        name: 'Team A',
        period: 'total',
        period_ends_at: null,
        threshold_percent: 100,
        amount_usd: '0.000001',
        spent_usd: '0.000001',
      },
    ]);
  });
});
