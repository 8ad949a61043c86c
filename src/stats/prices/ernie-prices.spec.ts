import { NO_USAGE, type TokenUsage } from '../../protocols/token-usage.js';
import { erniePrice } from './ernie-prices.js';
import { costOf } from './rates.js';

/** A million tokens; at 7.2 CNY for a USD, 0.72 CNY for a thousand of them are 100 USD. */
const MILLION = 1_000_000;

describe('erniePrice', () => {
  it.each<[string, Partial<TokenUsage>, string, boolean]>([
    ['ernie-4.5-turbo-128k', { inputTokens: MILLION }, '0.111111111', true],
    ['ernie-4.5-turbo-128k', { cacheReadTokens: MILLION }, '0.027777778', true],
    ['ernie-4.5-turbo-128k', { outputTokens: MILLION }, '0.444444444', true],
    ['ERNIE-4.5-Turbo-128K-Preview', { inputTokens: MILLION }, '0.111111111', true],
    ['ernie-4.5-turbo-20260402', { inputTokens: MILLION }, '0.111111111', false],
    ['ernie-3.5-8k-0701', { outputTokens: MILLION }, '0.277777778', false],
    ['ernie-x1.1', { cacheReadTokens: MILLION }, '0.138888889', true],
    ['ernie-5.1', { inputTokens: 32_768, outputTokens: 10_000 }, '0.043204444', true],
    ['ernie-5.1', { inputTokens: 32_769, outputTokens: 10_000 }, '0.057863056', true],
    ['ernie-5.0-thinking-latest', { inputTokens: 9_000, reasoningTokens: 900 }, '0.0105', true],
    ['ernie-speed-8k', { inputTokens: MILLION, outputTokens: MILLION }, '0', true],
  ])('prices %s with %j at %s USD', (model, usage, usd, isExact) => {
    const price = erniePrice(model)!;
    expect(costOf({ ...NO_USAGE, ...usage }, price.rates)).toBe(nano(usd));
    expect(price.isExact).toBe(isExact);
  });

  it.each(['ernie-6.0', 'embedding-v1', 'deepseek-r1', 'constructor'])(
    'has none for %s',
    (model) => {
      expect(erniePrice(model)).toBeNull();
    },
  );
});

function nano(usd: string): bigint {
  return BigInt(Math.round(Number(usd) * 1e9));
}
