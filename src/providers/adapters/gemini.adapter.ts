import type { Operation, ProviderAdapter, UpstreamTarget } from '../provider-adapter.js';

/** Google's Gemini API. Its own protocol is reached by translation; none of the clients' calls passes through. */
export const geminiAdapter: ProviderAdapter = {
  provider: 'gemini',
  aliases: ['google'],
  protocol: 'gemini',
  defaultBaseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  priceProvider: 'google',
  modelFamily: /^(gemini|gemma|learnlm|text-embedding-004|embedding-001)/,
  usageOnRequest: false,
  supports: () => false,
  address: (target, { model, operation, stream }) => {
    const name = encodeURIComponent(model.replace(/^models\//, ''));
    return at(target, `/models/${name}:${METHODS[operation] ?? generate(stream)}`);
  },
  modelList: (target) => at(target, '/models?pageSize=1000'),
};

const METHODS: Partial<Record<Operation, string>> = {
  count_tokens: 'countTokens',
  embeddings: 'batchEmbedContents',
};

function generate(stream: boolean): string {
  return stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
}

function at({ baseUrl, secret }: UpstreamTarget, path: string) {
  const base = baseUrl.replace(/\/+$/, '');
  const versioned = new URL(base).pathname === '/' ? `${base}/v1beta` : base;
  return { url: versioned + path, headers: { 'x-goog-api-key': secret } };
}
