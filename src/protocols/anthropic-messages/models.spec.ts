import { anthropicModel } from './models.js';

describe('anthropicModel', () => {
  it.each([
    ['claude-2.1', 4096, 'none', 'free', false],
    ['claude-3-opus-20240229', 4096, 'none', 'free', false],
    ['claude-3-5-haiku-latest', 8192, 'none', 'free', false],
    ['anthropic/claude-3.7-sonnet', 64_000, 'budget', 'free', false],
    ['claude-sonnet-4-20250514', 64_000, 'budget', 'free', false],
    ['claude-opus-4-1@20250805', 32_000, 'budget', 'one', false],
    ['claude-sonnet-4-5-20250929', 64_000, 'budget', 'one', true],
    ['anthropic/claude-haiku-4.5', 64_000, 'budget', 'one', true],
    ['us.anthropic.claude-opus-4-6-v1', 128_000, 'either', 'one', true],
    ['claude-opus-4-7', 128_000, 'adaptive', 'fixed', true],
    ['claude-sonnet-5', 128_000, 'adaptive', 'fixed', true],
    ['claude-mythos-preview', 128_000, 'always', 'fixed', true],
    ['claude-next', 4096, 'adaptive', 'fixed', true],
    ['deepseek-chat', 4096, 'budget', 'free', true],
  ])('knows what %s can do', (name, maxOutputTokens, thinking, sampling, structuredOutput) => {
    expect(anthropicModel(name)).toEqual({ maxOutputTokens, thinking, sampling, structuredOutput });
  });
});
