import { Logger } from '../common/logger.js';
import { ConfigError } from '../config/config-error.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import { AddressPolicy } from '../providers/upstream-address.js';
import { UpstreamClient } from '../providers/upstream-client.js';
import { BudgetWebhook } from './budget-webhook.js';
import { createBudgetWebhook } from './create-budget-webhook.js';

const SECRET = 'x'.repeat(32);

function create(environment: Record<string, unknown>): BudgetWebhook | null {
  const policy = new AddressPolicy({ production: true, allowPrivate: ['10.0.0.5:8080'] });
  return createBudgetWebhook(
    { environment } as unknown as GatewayConfig,
    policy,
    new UpstreamClient(policy, 1_000),
    { now: () => 0, monotonic: () => 0 },
    Logger.silent(),
  );
}

describe('createBudgetWebhook', () => {
  it('makes none where no address is set', () => {
    expect(create({})).toBeNull();
  });

  it.each(['https://hooks.example/x', 'http://10.0.0.5:8080/x'])('takes %s', (url) => {
    const webhook = create({ BUDGET_WEBHOOK_URL: url, BUDGET_WEBHOOK_SECRET: SECRET });
    expect(webhook).toBeInstanceOf(BudgetWebhook);
  });

  it.each([
    [{ BUDGET_WEBHOOK_URL: 'https://hooks.example/x' }, 'BUDGET_WEBHOOK_SECRET: required'],
    [{ BUDGET_WEBHOOK_URL: 'https://169.254.169.254/' }, 'BUDGET_WEBHOOK_URL: 169.254.169.254'],
    [{ BUDGET_WEBHOOK_URL: 'http://hooks.example/x' }, 'BUDGET_WEBHOOK_URL: http is refused'],
  ])('refuses %j to start with', (environment, message) => {
    const secret = message.includes('SECRET') ? {} : { BUDGET_WEBHOOK_SECRET: SECRET };
    expect(() => create({ ...environment, ...secret })).toThrow(ConfigError);
    expect(() => create({ ...environment, ...secret })).toThrow(message);
  });
});
