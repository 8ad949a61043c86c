import { CurrentCatalog } from '../catalog/current-catalog.js';
import { Logger } from '../common/logger.js';
import { ConfigError } from '../config/config-error.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import { AddressPolicy } from '../providers/upstream-address.js';
import { UpstreamClient } from '../providers/upstream-client.js';
import { createBudgetWatch } from './create-budget-watch.js';
import type { LimitMetrics } from './limit-metrics.js';
import { MemoryStore } from './memory.store.js';

const SECRET = 'x'.repeat(32);

function create(environment: Record<string, unknown>) {
  const clock = { now: () => 0, monotonic: () => 0 };
  const policy = new AddressPolicy({ production: true, allowPrivate: ['10.0.0.5:8080'] });
  return createBudgetWatch(
    new MemoryStore(clock),
    new CurrentCatalog(),
    clock,
    Logger.silent(),
    {} as LimitMetrics,
    new UpstreamClient(policy, 1_000),
    policy,
    { environment: { BUDGET_THRESHOLDS: [], ...environment } } as unknown as GatewayConfig,
  );
}

describe('createBudgetWatch', () => {
  it.each([
    [{}],
    [{ BUDGET_WEBHOOK_URL: 'https://hooks.example/x', BUDGET_WEBHOOK_SECRET: SECRET }],
    [{ BUDGET_WEBHOOK_URL: 'http://10.0.0.5:8080/x', BUDGET_WEBHOOK_SECRET: SECRET }],
  ])('takes %j', (environment) => {
    expect(() => create(environment).stop()).not.toThrow();
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
