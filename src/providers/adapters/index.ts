import type { ProviderAdapter } from '../provider-adapter.js';
import { openAiLike } from './openai-like.js';

/** The only list of providers. */
export const PROVIDER_ADAPTERS: readonly ProviderAdapter[] = [
  openAiLike({ provider: 'openai', defaultBaseUrl: 'https://api.openai.com/v1' }),
  openAiLike({ provider: 'openai-compatible', defaultBaseUrl: null }),
];

const BY_NAME = new Map(
  PROVIDER_ADAPTERS.flatMap((adapter) =>
    [adapter.provider, ...adapter.aliases].map((name) => [name, adapter] as const),
  ),
);

/** By id or alias, whatever the case; undefined for a provider nobody has written an adapter for. */
export function findAdapter(name: string): ProviderAdapter | undefined {
  return BY_NAME.get(name.toLowerCase());
}
