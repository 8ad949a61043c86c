import type { Clock } from '../common/clock.js';
import { GatewayError } from '../common/gateway-error.js';
import type { Logger } from '../common/logger.js';
import { ConfigError } from '../config/config-error.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import type { AddressPolicy } from '../providers/upstream-address.js';
import type { UpstreamClient } from '../providers/upstream-client.js';
import { BudgetWebhook } from './budget-webhook.js';

/** Null where none is set. Throws ConfigError. */
export function createBudgetWebhook(
  { environment, verifySsl }: GatewayConfig,
  policy: AddressPolicy,
  client: UpstreamClient,
  clock: Clock,
  logger: Logger,
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
