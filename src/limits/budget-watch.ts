import type { CurrentCatalog } from '../catalog/current-catalog.js';
import type { Clock } from '../common/clock.js';
import type { Logger } from '../common/logger.js';
import { formatUsd } from '../common/money.js';
import { uuidv7 } from '../common/request-id.js';
import type { Charge } from './limit-store.js';
import type { LimitMetrics } from './limit-metrics.js';

/** A budget that has reached a part of what it is; JSON of the webhook. */
export interface BudgetEvent {
  readonly id: string;
  readonly type: 'budget.threshold_reached';
  readonly created_at: string;
  readonly scope: 'key' | 'user';
  /** Of the key or the user. */
  readonly owner_id: string;
  /** Of the key; null for a user. */
  readonly name: string | null;
  readonly period: string;
  readonly period_ends_at: string | null;
  readonly threshold_percent: number;
  readonly amount_usd: string;
  readonly spent_usd: string;
}

export interface BudgetWatchOptions {
  readonly thresholds: readonly number[];
  /** Where events go besides the log and the metric. */
  readonly webhook: { send(event: BudgetEvent): void; stop(): void } | null;
}

/** Says so once when a budget passes one of its thresholds. */
export class BudgetWatch {
  constructor(
    private readonly current: CurrentCatalog,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly metrics: Pick<LimitMetrics, 'reached'>,
    private readonly options: BudgetWatchOptions,
  ) {}

  charged({ limit, before, after }: Charge): void {
    if (limit.scope === 'account') return;
    const { catalog } = this.current;
    for (const percent of this.options.thresholds) {
      const threshold = (limit.nanoUsd * BigInt(percent)) / 100n;
      if (before >= threshold || after < threshold) continue;
      this.tell({
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

  stop(): void {
    this.options.webhook?.stop();
  }

  private tell(event: BudgetEvent): void {
    const { scope, owner_id: id, period, threshold_percent: percent } = event;
    this.logger.warn(
      `the budget of ${scope} ${id} per ${period} is spent to ${percent} percent`,
      'Limits',
      { budget: event },
    );
    this.metrics.reached(scope, period, percent);
    this.options.webhook?.send(event);
  }
}
