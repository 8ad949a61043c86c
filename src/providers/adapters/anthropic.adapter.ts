import type {
  Operation,
  ProviderAdapter,
  UpstreamAddress,
  UpstreamTarget,
} from '../provider-adapter.js';

/** What calls without a version of their own get; https://platform.claude.com/docs/en/api/versioning */
const DEFAULT_VERSION = '2023-06-01';

const PATHS: Partial<Record<Operation, string>> = {
  messages: '/messages',
  count_tokens: '/messages/count_tokens',
};

export const anthropicAdapter: ProviderAdapter = {
  provider: 'anthropic',
  aliases: ['claude'],
  protocol: 'anthropic',
  defaultBaseUrl: 'https://api.anthropic.com',
  priceProvider: 'anthropic',
  modelFamily: /^claude-/,
  usageOnRequest: false,
  supports: (operation) => operation in PATHS,
  address: (target, { operation, clientHeaders }) => {
    const beta = clientHeaders['anthropic-beta'];
    return at(target, PATHS[operation]!, {
      'anthropic-version': String(clientHeaders['anthropic-version'] ?? DEFAULT_VERSION),
      ...(beta !== undefined && { 'anthropic-beta': String(beta) }),
    });
  },
  modelList: (target) => at(target, '/models?limit=1000', { 'anthropic-version': DEFAULT_VERSION }),
};

function at(
  { baseUrl, secret }: UpstreamTarget,
  path: string,
  headers: Record<string, string>,
): UpstreamAddress {
  return {
    url: versioned(baseUrl) + path,
    headers: { 'x-api-key': secret, ...headers },
  };
}

/** Anthropic's SDKs put `/v1` behind whatever base they are given; people who know the address write it themselves. */
function versioned(baseUrl: string): string {
  const trimmed = baseUrl.replace(/\/+$/, '').replace(/\/messages$/, '');
  return trimmed.endsWith('/v1') ? trimmed : `${trimmed}/v1`;
}
