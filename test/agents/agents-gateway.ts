import { Gateway } from '../support/gateway.js';

export const KEY = 'master-key-of-the-agents';

/** The upstreams' names of the models; a client asks for `…-on-<provider>` or `…-anywhere`. */
export const UPSTREAM_MODELS = {
  anthropic: 'claude-sonnet-5',
  together: 'moonshotai/Kimi-K2',
  gemini: 'gemini-3-pro-preview',
  openai: 'gpt-5.5',
} as const;

/** The first that can answer `…-anywhere` does. */
const PRIORITY: readonly string[] = ['gemini', 'anthropic', 'together', 'openai'];

/** A gateway with an account of each kind at one address. */
export function startAgentsGateway(url: string, clientModels: readonly string[]): Promise<Gateway> {
  const accounts = Object.entries(UPSTREAM_MODELS).map(([type, model]) => {
    const mapping = clientModels.flatMap((name) => [
      `"${name}-on-${type}": "${model}"`,
      `"${name}-anywhere": "${model}"`,
    ]);
    return [
      `  - name: ${type}`,
      `    type: ${type}`,
      `    api_base: "${url}"`,
      '    api_key: k',
      `    priority: ${PRIORITY.indexOf(type)}`,
      `    models: ["*-on-${type}", "*-anywhere"]`,
      `    model_mapping: { ${mapping.join(', ')} }`,
    ].join('\n');
  });
  return Gateway.start({
    config: [
      'providers:',
      ...accounts,
      'master_keys:',
      `  - { name: agents, key: "${KEY}" }`,
      'prices:',
      '  together/moonshotai/Kimi-K2: { input: "1.00", output: "2.00" }',
      '',
    ].join('\n'),
    env: { MAX_ATTEMPTS: '4' },
  });
}
