import type { GatewayConfig } from './gateway-config.js';

/** Settings that are accepted because they are part of the contract, but that nothing acts on yet: silence would be a lie. */
export function unusedSettings({ environment, file }: GatewayConfig): string[] {
  const strategy = file?.routing.strategy ?? 'weighted_round_robin';
  return [
    ...(environment.REDIS_URL ? ['REDIS_URL'] : []),
    ...(environment.ADMIN_KEY ? ['ADMIN_KEY'] : []),
    ...(strategy === 'weighted_round_robin' ? [] : ['routing.strategy']),
    ...(Object.keys(file?.routing.fallbacks ?? {}).length ? ['routing.fallbacks'] : []),
    ...(file?.master_keys.some((key) => key.rate_limit) ? ['master_keys.rate_limit'] : []),
  ];
}
