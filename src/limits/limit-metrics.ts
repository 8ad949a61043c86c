import { Counter, type Registry } from 'prom-client';
import type { Limit } from './limit.js';

/** What Prometheus sees of limits; no key and no user is ever a label. */
export class LimitMetrics {
  private readonly rejections: Counter;
  private readonly thresholds: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.rejections = new Counter({
      name: 'llm_proxy_limit_rejections_total',
      help: 'Requests that a limit refused, by what kind it is and whose; for accounts: times one was passed over',
      labelNames: ['kind', 'scope'],
      registers,
    });
    this.thresholds = new Counter({
      name: 'llm_proxy_budget_thresholds_total',
      help: 'Budgets that reached a percentage of what they are',
      labelNames: ['scope', 'period', 'percent'],
      registers,
    });
  }

  refused({ kind, scope }: Limit): void {
    this.rejections.inc({ kind, scope });
  }

  reached(scope: string, period: string, percent: number): void {
    this.thresholds.inc({ scope, period, percent: String(percent) });
  }
}
