import type { Logger } from '../common/logger.js';
import type { BudgetEvent } from './budget-event.js';
import type { LimitMetrics } from './limit-metrics.js';

/** Everywhere that a budget's event is told: the log, a metric, and the webhook where one is set. */
export class BudgetAlerts {
  constructor(
    private readonly logger: Logger,
    private readonly metrics: Pick<LimitMetrics, 'reached'>,
    private readonly webhook: { send(event: BudgetEvent): void } | null,
  ) {}

  tell(event: BudgetEvent): void {
    const { scope, owner_id: id, period, threshold_percent: percent } = event;
    this.logger.warn(
      `the budget of ${scope} ${id} per ${period} is spent to ${percent} percent`,
      'Limits',
      { budget: event },
    );
    this.metrics.reached(scope, period, percent);
    this.webhook?.send(event);
  }
}
