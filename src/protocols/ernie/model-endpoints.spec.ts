import { ernieEndpoint } from './model-endpoints.js';

describe('ernieEndpoint', () => {
  it.each([
    ['ERNIE-4.0-8K', 'completions_pro'],
    ['ERNIE-3.5-8K', 'completions'],
    ['ernie-speed-8k', 'ernie_speed'],
    ['ERNIE-Lite-8K-0308', 'ernie-lite-8k'],
    ['ERNIE-Tiny-8K', 'ernie-tiny-8k'],
    ['../x', '..%2Fx'],
  ])('calls %s at %s', (model, endpoint) => {
    expect(ernieEndpoint(model)).toBe(endpoint);
  });
});
