import type { CurrentCatalog } from '../catalog/current-catalog.js';
import type { Clock } from '../common/clock.js';
import { GatewayError } from '../common/gateway-error.js';
import type { Logger } from '../common/logger.js';
import { ConfigError } from '../config/config-error.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import type { AddressPolicy } from '../providers/upstream-address.js';
import type { UpstreamClient } from '../providers/upstream-client.js';
import { BudgetWatch } from './budget-watch.js';
import { BudgetWebhook } from './budget-webhook.js';
import type { LimitMetrics } from './limit-metrics.js';
import type { LimitStore } from './limit-store.js';

/** The watch over a store's charges, with a webhook where one is set. Throws ConfigError. */
export function createBudgetWatch(
  store: LimitStore,
  current: CurrentCatalog,
  clock: Clock,
  logger: Logger,
  metrics: LimitMetrics,
  client: UpstreamClient,
  policy: AddressPolicy,
  config: GatewayConfig,
): BudgetWatch {
  const webhook = createWebhook(client, policy, clock, logger, config);
  const thresholds = config.environment.BUDGET_THRESHOLDS;
  const watch = new BudgetWatch(current, clock, logger, metrics, { thresholds, webhook });
  store.onCharge((charge) => watch.charged(charge));
  return watch;
}

function createWebhook(
  client: UpstreamClient,
  policy: AddressPolicy,
  clock: Clock,
  logger: Logger,
  { environment, verifySsl }: GatewayConfig,
): BudgetWebhook | null {
  const { BUDGET_WEBHOOK_URL: url, BUDGET_WEBHOOK_SECRET: secret } = environment;
  if (url === undefined) return null;
  if (secret === undefined) {
    throw new ConfigError('BUDGET_WEBHOOK_SECRET: required with BUDGET_WEBHOOK_URL');
  }
  try {
    policy.checkUrl(url);
  } catch (cause) {
    if (!(cause instanceof GatewayError)) throw cause;
    throw new ConfigError(cause.message.replace('base_url', 'BUDGET_WEBHOOK_URL'), { cause });
  }
  return new BudgetWebhook(client, clock, logger, { url, secret, verifyTls: verifySsl });
}
