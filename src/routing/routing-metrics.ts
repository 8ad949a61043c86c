import { Counter, type Registry } from 'prom-client';
import type { Logger } from '../common/logger.js';
import type { OutcomeKind } from '../providers/outcome.js';
import type { Candidate } from './candidate.js';

/** One line a minute about one account is enough to act on. */
const ALERT_INTERVAL_MS = 60_000;

/** What operators must hear of routing: accounts that only a person can mend, and retries that were not made. */
export class RoutingMetrics {
  private readonly alerts: Counter;
  private readonly budgetExhausted: Counter;
  private readonly alertedAt = new Map<string, number>();

  constructor(
    registry: Registry,
    private readonly logger: Logger,
    private readonly now: () => number,
  ) {
    const registers = [registry];
    this.alerts = new Counter({
      name: 'llm_proxy_account_alerts_total',
      help: 'Accounts taken out until somebody replaces the credential or pays',
      labelNames: ['account', 'reason'],
      registers,
    });
    this.budgetExhausted = new Counter({
      name: 'llm_proxy_retry_budget_exhausted_total',
      help: 'Retries that were not made because there had been too many',
      registers,
    });
  }

  readonly alert = ({ account, model }: Candidate, reason: OutcomeKind, detail: string): void => {
    this.alerts.inc({ account: account.name, reason });
    const key = `${account.id} ${reason}`;
    if (this.now() - (this.alertedAt.get(key) ?? -Infinity) < ALERT_INTERVAL_MS) return;
    this.alertedAt.set(key, this.now());
    this.logger.error('an upstream account needs a person', 'Routing', {
      account: account.name,
      model,
      reason,
      detail,
    });
  };

  readonly retryBudgetExhausted = (): void => this.budgetExhausted.inc();
}
