import type { HealthIndicatorResult } from '@nestjs/terminus';

/** A part of the gateway, as people and metrics see how it is. Says what is wrong, never where. */
export interface HealthComponent {
  /** In `/health/detailed`, and the label of `llm_proxy_degraded`. */
  readonly name: string;
  /** Down when it does not work, though calls may be served. Never rejects. */
  check(): HealthIndicatorResult | Promise<HealthIndicatorResult>;
  /** Whether it works worse than it should; absent for what no metric tells of. */
  readonly isDegraded?: boolean;
}
