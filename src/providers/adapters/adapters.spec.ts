import type { Operation } from '../provider-adapter.js';
import { findAdapter, PROVIDER_ADAPTERS } from './index.js';

function urlOf(
  provider: string,
  baseUrl: string,
  operation: Operation = 'chat',
  model = 'm',
): string {
  const call = { operation, model, stream: false, clientHeaders: {} };
  return findAdapter(provider)!.address({ baseUrl, secret: 's' }, call).url;
}

describe('provider adapters', () => {
  it('have names and aliases of their own', () => {
    const names = PROVIDER_ADAPTERS.flatMap(({ provider, aliases }) => [provider, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ['openai', 'https://api.openai.com', 'https://api.openai.com/v1/chat/completions'],
    ['openai', 'https://h/v1/', 'https://h/v1/chat/completions'],
    ['openai', 'https://h/v1/chat/completions', 'https://h/v1/chat/completions'],
    ['zai', 'https://api.z.ai/api/paas/v4', 'https://api.z.ai/api/paas/v4/chat/completions'],
    [
      'azure',
      'https://r.openai.azure.com',
      'https://r.openai.azure.com/openai/v1/chat/completions',
    ],
    [
      'azure',
      'https://r.openai.azure.com/openai/v1/',
      'https://r.openai.azure.com/openai/v1/chat/completions',
    ],
    [
      'azure',
      'https://r.openai.azure.com/?api-version=2024-06-01',
      'https://r.openai.azure.com/openai/deployments/m/chat/completions?api-version=2024-06-01',
    ],
    [
      'azure',
      'https://r.openai.azure.com/openai/deployments/d1',
      'https://r.openai.azure.com/openai/deployments/d1/chat/completions?api-version=2024-10-21',
    ],
  ])('%s at %s is called at %s', (provider, baseUrl, expected) => {
    expect(urlOf(provider, baseUrl)).toBe(expected);
  });

  it.each([
    ['chat', 'gemini-2.5-pro:generateContent'],
    ['count_tokens', 'gemini-2.5-pro:countTokens'],
    ['embeddings', 'gemini-2.5-pro:batchEmbedContents'],
  ] as const)('gemini is called for %s at %s', (operation, expected) => {
    const url = urlOf('gemini', 'https://h', operation, 'models/gemini-2.5-pro');
    expect(url).toBe(`https://h/v1beta/models/${expected}`);
  });

  it.each([
    ['https://api.anthropic.com', 'https://api.anthropic.com/v1/messages'],
    ['https://h/v1/', 'https://h/v1/messages'],
    ['https://api.deepseek.com/anthropic', 'https://api.deepseek.com/anthropic/v1/messages'],
  ])('anthropic at %s is called at %s', (baseUrl, expected) => {
    expect(urlOf('anthropic', baseUrl, 'messages')).toBe(expected);
  });

  it("forwards the client's version and betas to Anthropic, and its credential to nobody", () => {
    const clientHeaders = {
      'anthropic-version': '2026-10-21',
      'anthropic-beta': 'a,b',
      authorization: 'Bearer ours',
    };
    const call = { operation: 'messages', model: 'm', stream: true, clientHeaders } as const;
    const { headers } = findAdapter('claude')!.address({ baseUrl: 'https://h', secret: 's' }, call);
    expect(headers).toEqual({
      'x-api-key': 's',
      'anthropic-version': '2026-10-21',
      'anthropic-beta': 'a,b',
    });
  });
});
