import type { CurrentCatalog } from '../catalog/current-catalog.js';
import type { Clock } from '../common/clock.js';
import { formatUsd } from '../common/money.js';
import { uuidv7 } from '../common/request-id.js';
import type { BudgetAlerts } from './budget-alerts.js';
import type { Charge } from './limit-store.js';

/** Says so once when a budget passes one of its thresholds. */
export class BudgetWatch {
  /** @param thresholds percentages of a budget */
  constructor(
    private readonly current: CurrentCatalog,
    private readonly clock: Clock,
    private readonly alerts: Pick<BudgetAlerts, 'tell'>,
    private readonly thresholds: readonly number[],
  ) {}

  charged({ limit, before, after }: Charge): void {
    if (limit.scope === 'account') return;
    const { catalog } = this.current;
    for (const percent of this.thresholds) {
      const threshold = (limit.nanoUsd * BigInt(percent)) / 100n;
      if (before >= threshold || after < threshold) continue;
      this.alerts.tell({
        id: uuidv7(this.clock.now()),
        type: 'budget.threshold_reached',
        created_at: new Date(this.clock.now()).toISOString(),
        scope: limit.scope,
        owner_id: limit.ownerId,
        name: limit.scope === 'key' ? (catalog.keyById(limit.ownerId)?.name ?? null) : null,
        period: limit.period,
        period_ends_at: limit.endsAtMs === null ? null : new Date(limit.endsAtMs).toISOString(),
        threshold_percent: percent,
        amount_usd: formatUsd(limit.nanoUsd),
        spent_usd: formatUsd(after),
      });
    }
  }
}
