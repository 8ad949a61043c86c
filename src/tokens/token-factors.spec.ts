import { TokenFactors } from './token-factors.js';

describe('TokenFactors', () => {
  it('comes to what the provider counts', () => {
    const factors = new TokenFactors();
    for (let i = 0; i < 50; i++) factors.observe('m', 1_000, 1_300);
    expect(factors.factorFor('m')).toBeCloseTo(1.3, 3);
  });

  it('knows that Claude counts more before it has seen anything', () => {
    expect(new TokenFactors().factorFor('claude-sonnet-4-5')).toBe(1.15);
    expect(new TokenFactors().factorFor('gpt-4o')).toBe(1);
  });

  it('ignores what cannot be the tokeniser', () => {
    const factors = new TokenFactors();
    factors.observe('m', 1_000, 100_000);
    factors.observe('m', 10, 25);
    expect(factors.factorFor('m')).toBe(1);
  });
});
