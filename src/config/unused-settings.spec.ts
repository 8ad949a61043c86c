import { parseConfigurationFile } from './configuration-file.js';
import type { GatewayConfig } from './gateway-config.js';
import { unusedSettings } from './unused-settings.js';

const config = (environment: object, text: string) =>
  ({ environment, file: parseConfigurationFile(text, 'test.yaml', {}) }) as GatewayConfig;

describe('unusedSettings', () => {
  it('names what is set in vain', () => {
    expect(unusedSettings(config({ REDIS_URL: 'redis://x' }, ''))).toEqual(['REDIS_URL']);
  });

  it('is silent about what works', () => {
    const text = 'routing: { strategy: weighted_round_robin }';
    expect(unusedSettings(config({ ADMIN_KEY: 'x' }, text))).toEqual([]);
  });
});
