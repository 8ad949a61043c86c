import type { GatewayConfig } from './gateway-config.js';

/** Settings that are accepted because they are part of the contract, but that nothing acts on yet: silence would be a lie. */
export function unusedSettings({ environment, file }: GatewayConfig): string[] {
  return [
    ...(environment.REDIS_URL ? ['REDIS_URL'] : []),
    ...(file?.master_keys.some((key) => key.rate_limit) ? ['master_keys.rate_limit'] : []),
  ];
}
