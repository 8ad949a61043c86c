import { usualAddress } from './usual-address.js';

describe('usualAddress', () => {
  it.each([
    ['/v1/chat/completions', '/v1/chat/completions'],
    ['/chat/completions', '/v1/chat/completions'],
    ['//v1/chat/completions', '/v1/chat/completions'],
    ['/v1//chat/completions', '/v1//chat/completions'],
    ['/v1/v1/messages?beta=true', '/v1/messages?beta=true'],
    ['/messages/count_tokens', '/v1/messages/count_tokens'],
    ['/models', '/v1/models'],
    ['/models/vendor/models-1', '/v1/models/vendor/models-1'],
    ['/openai/v1/responses?api-version=preview', '/v1/responses?api-version=preview'],
    ['/openai/models', '/v1/models'],
    ['/openai/deployments/chat/embeddings', '/openai/deployments/chat/embeddings'],
    ['/v1/deployments/gpt/chat/completions', '/openai/deployments/gpt/chat/completions'],
    ['/deployments/gpt/completions', '/openai/deployments/gpt/completions'],
  ])('reads %s as %s', (url, usual) => {
    expect(usualAddress(url)).toBe(usual);
  });

  it.each([
    '/',
    '/v1',
    '/v1/providers',
    '/api/models',
    '/health/live',
    '/modelsX',
    '/chatter',
    '*',
  ])('leaves %s', (url) => {
    expect(usualAddress(url)).toBe(url);
  });
});
