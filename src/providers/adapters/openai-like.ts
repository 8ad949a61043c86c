import { remembered } from '../../common/remembered.js';
import type {
  Operation,
  ProviderAdapter,
  UpstreamAddress,
  UpstreamCall,
  UpstreamTarget,
} from '../provider-adapter.js';

/** What one OpenAI-compatible provider does differently from the others. */
export interface OpenAiLikeProfile {
  provider: string;
  aliases?: readonly string[];
  /** With its version segment, as an OpenAI SDK's `base_url` would have it. */
  defaultBaseUrl: string | null;
  priceProvider?: string | null;
  modelFamily?: RegExp | null;
  /** Providers that always send usage, or refuse `stream_options`, are not asked. */
  usageOnRequest?: boolean;
  operations?: readonly Operation[];
}

const PATHS: Partial<Record<Operation, string>> = {
  chat: '/chat/completions',
  completions: '/completions',
  embeddings: '/embeddings',
  responses: '/responses',
};

/** An adapter for a provider that speaks OpenAI's protocol with a bearer token. */
export function openAiLike({
  provider,
  aliases = [],
  defaultBaseUrl,
  priceProvider = provider,
  modelFamily = null,
  usageOnRequest = true,
  operations = ['chat', 'completions', 'embeddings'],
}: OpenAiLikeProfile): ProviderAdapter {
  return {
    provider,
    aliases,
    protocol: 'openai',
    defaultBaseUrl,
    priceProvider,
    modelFamily,
    usageOnRequest,
    supports: (operation) => operations.includes(operation),
    address: (target, { operation }: UpstreamCall) => at(target, PATHS[operation]!),
    modelList: (target) => at(target, '/models'),
  };
}

function at({ baseUrl, secret }: UpstreamTarget, path: string): UpstreamAddress {
  return {
    url: openAiBase(baseUrl) + path,
    headers: { authorization: `Bearer ${secret}` },
  };
}

/**
 * People give `https://host`, `https://host/v1` or the whole address of a call. A bare host gets `/v1`; any other path is
 * what an OpenAI SDK's `base_url` means.
 */
export const openAiBase = remembered(1_000, (baseUrl: string): string => {
  const trimmed = baseUrl
    .replace(/\/+$/, '')
    .replace(/\/(chat\/completions|completions|embeddings|responses|models)$/, '');
  return new URL(trimmed).pathname === '/' ? `${trimmed}/v1` : trimmed;
});
