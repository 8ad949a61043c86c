import type { Operation, ProviderAdapter, UpstreamTarget } from '../provider-adapter.js';

const PATHS: Partial<Record<Operation, string>> = {
  chat: '/chat/completions',
  completions: '/completions',
  embeddings: '/embeddings',
  responses: '/responses',
};

/** For a base that names a deployment without a version; the last one of the dated interface that needs no preview. */
const DEFAULT_API_VERSION = '2024-10-21';

/**
 * Azure OpenAI. A bare resource address means the v1 interface, where the deployment is named in the body; an address with
 * `api-version` or with `/openai/deployments/…` means the dated one, where it stands in the path.
 */
export const azureAdapter: ProviderAdapter = {
  provider: 'azure',
  aliases: ['azure-openai'],
  protocol: 'openai',
  defaultBaseUrl: null,
  priceProvider: 'azure',
  modelFamily: null,
  usageOnRequest: true,
  supports: (operation) => operation in PATHS,
  address: (target, { operation, model }) => at(target, model, PATHS[operation]!),
  modelList: (target) => at(target, null, '/models'),
};

function at({ baseUrl, secret }: UpstreamTarget, model: string | null, path: string) {
  const url = new URL(baseUrl);
  const base = url.pathname
    .replace(/\/+$/, '')
    .replace(/\/(chat\/completions|completions|embeddings)$/, '');
  const deployment = /^(.*\/openai)\/deployments\/[^/]+$/.exec(base);
  if (deployment) {
    url.pathname = model === null ? deployment[1]! + path : base + path;
  } else if (url.searchParams.has('api-version')) {
    const root = base.endsWith('/openai') ? base : `${base}/openai`;
    url.pathname =
      root + (model === null ? '' : `/deployments/${encodeURIComponent(model)}`) + path;
  } else {
    url.pathname =
      (/\/v\d+$/.test(base) ? base : `${base.replace(/\/openai$/, '')}/openai/v1`) + path;
  }
  if (deployment && !url.searchParams.has('api-version')) {
    url.searchParams.set('api-version', DEFAULT_API_VERSION);
  }
  return { url: url.href, headers: { 'api-key': secret } };
}
