import type { ProviderAdapter } from '../provider-adapter.js';
import { anthropicAdapter } from './anthropic.adapter.js';
import { azureAdapter } from './azure.adapter.js';
import { COMPATIBLE_PEERS } from './compatible-peers.js';
import { deepSeekAdapter } from './deepseek.adapter.js';
import { ernieV1Adapter } from './ernie-v1.adapter.js';
import { ernieAdapter } from './ernie.adapter.js';
import { geminiAdapter } from './gemini.adapter.js';
import { openAiAdapter } from './openai.adapter.js';

/** The only list of providers. */
export const PROVIDER_ADAPTERS: readonly ProviderAdapter[] = [
  openAiAdapter,
  anthropicAdapter,
  geminiAdapter,
  azureAdapter,
  deepSeekAdapter,
  ernieAdapter,
  ernieV1Adapter,
  ...COMPATIBLE_PEERS,
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
