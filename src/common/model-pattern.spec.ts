import { allowsModel, isModelPattern } from './model-pattern.js';

describe('allowsModel', () => {
  it.each([
    [['*'], 'gpt-4.1', true],
    [['gpt-4.1'], 'gpt-4.1', true],
    [['gpt-4.1'], 'gpt-4.1-mini', false],
    [['gpt-4.1'], 'GPT-4.1', false],
    [['gpt-*'], 'gpt-4.1-mini', true],
    [['gpt-*'], 'chatgpt-4o', false],
    [['*-mini'], 'gpt-4.1-mini', true],
    [['*-mini'], 'mini', false],
    [['claude-*', 'gpt-4.1'], 'gpt-4.1', true],
    [['gpt-4.1'], 'gpt-4x1', false],
    [[], 'gpt-4.1', false],
  ])('%j on %s is %s', (patterns, model, allowed) => {
    expect(allowsModel(patterns, model)).toBe(allowed);
  });
});

describe('isModelPattern', () => {
  it.each(['*', 'gpt-4.1', 'gpt-*', '*-mini', 'ft:gpt-4o:acme::x', 'Proxy/gpt-4'])(
    'takes %s',
    (pattern) => expect(isModelPattern(pattern)).toBe(true),
  );

  it.each(['', '**', '*gpt*', 'g*t', 'gpt 4', ' ', 7, null, 'x'.repeat(257)])(
    'refuses %j',
    (pattern) => expect(isModelPattern(pattern)).toBe(false),
  );
});
