import { Logger } from '../../common/logger.js';
import type { GatewayConfig } from '../../config/gateway-config.js';
import { NO_USAGE, type TokenUsage } from '../../protocols/token-usage.js';
import { PriceBook, type PriceOverrides } from './price-book.js';

const NOON = '2026-11-01T12:00:00Z';

describe('PriceBook', () => {
  describe('list prices', () => {
    const book = priceBook({});

    // Costs worked out by hand from USD per million tokens; $1 a million is 1,000 nano-USD a token.
    it.each<[string, string, Partial<TokenUsage>, bigint, string, string?]>([
      // gpt-4o: 2.50 in, 1.25 cached, 10 out
      ['openai', 'gpt-4o', { inputTokens: 1_000, outputTokens: 100 }, 3_500_000n, 'catalog'],
      ['openai', 'gpt-4o', { cacheReadTokens: 1_000 }, 1_250_000n, 'catalog'],
      ['openai', 'gpt-4o', { cacheWriteTokens: 1_000 }, 2_500_000n, 'catalog'],
      ['openai', 'gpt-4o', { reasoningTokens: 10 }, 100_000n, 'catalog'],
      ['openai', 'gpt-4o', {}, 0n, 'catalog'],
      ['openai', 'gpt-4o-2024-08-06', { inputTokens: 1_000 }, 2_500_000n, 'catalog'],
      ['openai', 'GPT-4o', { inputTokens: 1_000 }, 2_500_000n, 'catalog'],
      // its first snapshot costs more: 5 in, 15 out
      [
        'openai',
        'gpt-4o-2024-05-13',
        { inputTokens: 1_000, outputTokens: 100 },
        6_500_000n,
        'catalog',
      ],
      ['openai', 'ft:gpt-4o-2024-08-06:acme::1', { inputTokens: 1_000 }, 3_750_000n, 'prefix'],
      // gpt-4o-mini: 0.15 in, 0.075 cached, 0.60 out
      ['openai', 'gpt-4o-mini', { inputTokens: 1, outputTokens: 1 }, 750n, 'catalog'],
      ['openai', 'gpt-4o-mini', { cacheReadTokens: 1 }, 75n, 'catalog'],
      ['openai', 'gpt-5-nano', { cacheReadTokens: 3 }, 15n, 'catalog'],
      [
        'openai',
        'gpt-3.5-turbo-0125',
        { inputTokens: 1_000, outputTokens: 1_000 },
        2_000_000n,
        'catalog',
      ],
      ['openai', 'text-embedding-3-small', { inputTokens: 1_000_000 }, 20_000_000n, 'catalog'],
      ['openai', 'text-embedding-3-small', { inputTokens: 1 }, 20n, 'catalog'],
      // gpt-realtime: 32 audio in, 64 audio out
      ['openai', 'gpt-realtime', { inputAudioTokens: 1_000 }, 32_000_000n, 'catalog'],
      ['openai', 'gpt-realtime', { outputAudioTokens: 1_000 }, 64_000_000n, 'catalog'],
      ['openai', 'gpt-realtime', { inputTokens: 10, inputAudioTokens: 10 }, 360_000n, 'catalog'],
      // o3 became cheaper on 10 June 2025
      ['openai', 'o3', { inputTokens: 1_000 }, 10_000_000n, 'catalog', '2025-06-09T23:59:59.999Z'],
      ['openai', 'o3', { inputTokens: 1_000 }, 2_000_000n, 'catalog', '2025-06-10T00:00:00Z'],
      ['azure', 'gpt-4o', { inputTokens: 1_000 }, 2_500_000n, 'catalog'],
      // claude-sonnet-4-5: 3 in, 0.30 read, 3.75 write, 6 write for an hour, 15 out
      [
        'anthropic',
        'claude-sonnet-4-5',
        {
          inputTokens: 1_000,
          cacheReadTokens: 10_000,
          cacheWriteTokens: 2_000,
          cacheWrite1hTokens: 500,
          outputTokens: 300,
        },
        21_000_000n,
        'catalog',
      ],
      ['anthropic', 'claude-sonnet-4-5', { inputTokens: 200_000 }, 600_000_000n, 'catalog'],
      // above 200,000 tokens of input, caches included: 6 in, 0.60 read, 22.50 out
      ['anthropic', 'claude-sonnet-4-5', { inputTokens: 200_001 }, 1_200_006_000n, 'catalog'],
      [
        'anthropic',
        'claude-sonnet-4-5',
        { inputTokens: 1, cacheReadTokens: 200_000 },
        120_006_000n,
        'catalog',
      ],
      [
        'anthropic',
        'claude-sonnet-4-5',
        { inputTokens: 200_001, outputTokens: 100 },
        1_202_256_000n,
        'catalog',
      ],
      [
        'anthropic',
        'claude-sonnet-4-5',
        { inputTokens: 1, outputTokens: 300_000 },
        4_500_003_000n,
        'catalog',
      ],
      ['anthropic', 'claude-sonnet-4-5-20250929', { inputTokens: 1 }, 3_000n, 'catalog'],
      ['anthropic', 'claude-sonnet-4-5@20250929', { inputTokens: 1 }, 3_000n, 'catalog'],
      // not in the list: taken for claude-sonnet-5
      ['anthropic', 'claude-sonnet-5-5', { inputTokens: 1_000 }, 2_000_000n, 'prefix'],
      ['anthropic', 'claude-opus-4-1', { cacheWrite1hTokens: 1_000 }, 30_000_000n, 'catalog'],
      ['anthropic', 'claude-haiku-4-5', { cacheWriteTokens: 1 }, 1_250n, 'catalog'],
      ['anthropic', 'claude-3-haiku-20240307', { cacheReadTokens: 1 }, 30n, 'catalog'],
      // gemini-2.5-pro: 1.25 and 10, above 200,000 tokens 2.50 and 15
      [
        'google',
        'gemini-2.5-pro',
        { inputTokens: 200_000, outputTokens: 10 },
        250_100_000n,
        'catalog',
      ],
      [
        'google',
        'gemini-2.5-pro',
        { inputTokens: 200_001, outputTokens: 10 },
        500_152_500n,
        'catalog',
      ],
      ['google', 'gemini-2.5-flash', { inputAudioTokens: 1_000 }, 1_000_000n, 'catalog'],
      ['google', 'gemini-2.5-flash', { reasoningTokens: 1_000 }, 2_500_000n, 'catalog'],
      // deepseek-v4-flash: 0.22, twice that from 1 to 4 and from 6 to 10 UTC
      [
        'deepseek',
        'deepseek-v4-flash',
        { inputTokens: 1_000 },
        220_000n,
        'catalog',
        '2026-11-01T00:59:59.999Z',
      ],
      [
        'deepseek',
        'deepseek-v4-flash',
        { inputTokens: 1_000 },
        440_000n,
        'catalog',
        '2026-11-01T01:00:00Z',
      ],
      [
        'deepseek',
        'deepseek-v4-flash',
        { inputTokens: 1_000 },
        440_000n,
        'catalog',
        '2026-11-01T03:59:59.999Z',
      ],
      [
        'deepseek',
        'deepseek-v4-flash',
        { inputTokens: 1_000 },
        220_000n,
        'catalog',
        '2026-11-01T04:00:00Z',
      ],
      // 0.003625 a million is 3.625 nano-USD a token: rounded once, at the end
      [
        'deepseek',
        'deepseek-v4-pro',
        { cacheReadTokens: 1 },
        4n,
        'catalog',
        '2026-08-01T12:00:00Z',
      ],
      [
        'deepseek',
        'deepseek-v4-pro',
        { cacheReadTokens: 1_000 },
        3_625n,
        'catalog',
        '2026-08-01T12:00:00Z',
      ],
      // sonar: 1 and 1, and $12 per thousand requests
      ['perplexity', 'sonar', { inputTokens: 1_000, outputTokens: 1_000 }, 14_000_000n, 'catalog'],
      ['perplexity', 'sonar-deep-research', { reasoningTokens: 1_000 }, 3_000_000n, 'catalog'],
      ['x-ai', 'grok-4', { inputTokens: 1_000 }, 3_000_000n, 'catalog'],
      ['mistral', 'mistral-large-latest', { inputTokens: 1_000 }, 2_000_000n, 'catalog'],
    ])('%s %s %j costs %s (%s)', (provider, model, usage, costNanoUsd, source, at = NOON) => {
      expect(book.price(consumption(provider, model, usage, at))).toEqual({ costNanoUsd, source });
    });

    it.each([
      ['a model nobody has listed', 'google', 'gemini-4-argon'],
      ['a model of another provider', 'openai', 'claude-sonnet-4-5'],
      ['a provider that is not in the list', 'baidu', 'ernie-4.5-turbo-128k'],
      ['a provider whose name only contains a listed one', 'openai-compatible', 'gpt-4o'],
      ['a provider without list prices', null, 'gpt-4o'],
    ])('has no price for %s', (_, provider, model) => {
      expect(book.price(consumption(provider, model, { inputTokens: 1_000 }))).toBeNull();
    });

    it('has no price when a part of the usage has none', () => {
      const usage = { inputTokens: 1, outputTokens: 1 };
      expect(book.price(consumption('openai', 'text-embedding-3-small', usage))).toBeNull();
    });
  });

  describe('overrides', () => {
    const book = priceBook({
      'openai/gpt-4o': { input: '2.00', output: '8.00', cache_read: '0.5' },
      'gpt-4o': { input: '1', output: '1' },
      'claude/claude-sonnet-4-5': { input: '9', output: '9' },
      'ernie-4.5-turbo': { input: '0.000000001', output: '3.2' },
      speech: {
        input: '1',
        output: '2',
        cache_write: '3',
        cache_write_1h: '4',
        input_audio: '5',
        output_audio: '6',
      },
      'qwen/qwen3-32b': { input: '0', output: '0' },
    });

    it.each<[string, string | null, string, Partial<TokenUsage>, bigint]>([
      [
        'beat list prices',
        'openai',
        'gpt-4o',
        { inputTokens: 1_000, outputTokens: 1_000 },
        10_000_000n,
      ],
      [
        'have rates of their own for the cache',
        'openai',
        'gpt-4o',
        { cacheReadTokens: 10 },
        5_000n,
      ],
      [
        'charge a cache write without a rate as input',
        'openai',
        'gpt-4o',
        { cacheWrite1hTokens: 10 },
        20_000n,
      ],
      [
        'by model hold for every other provider',
        'azure',
        'gpt-4o',
        { inputTokens: 1_000 },
        1_000_000n,
      ],
      [
        'by model hold where there are no list prices',
        null,
        'ernie-4.5-turbo',
        { outputTokens: 1 },
        3_200n,
      ],
      ['round to the nano-USD', null, 'ernie-4.5-turbo', { inputTokens: 499_999 }, 0n],
      ['round half up', null, 'ernie-4.5-turbo', { inputTokens: 500_000 }, 1n],
      [
        'price both kinds of cache write',
        null,
        'speech',
        { cacheWriteTokens: 1, cacheWrite1hTokens: 1 },
        7_000n,
      ],
      ['price audio', null, 'speech', { inputAudioTokens: 1, outputAudioTokens: 1 }, 11_000n],
      ['may say that something is free', null, 'qwen/qwen3-32b', { inputTokens: 1_000 }, 0n],
      [
        'stay exact for the largest counts',
        null,
        'gpt-4o',
        { inputTokens: 1e9, outputTokens: 1e9 },
        2_000_000_000_000n,
      ],
    ])('%s', (_, provider, model, usage, costNanoUsd) => {
      const price = book.price(consumption(provider, model, usage));
      expect(price).toEqual({ costNanoUsd, source: 'override' });
    });

    it('are in force only once they are put into force', () => {
      const own = priceBook({ mine: { input: '1', output: '1' } });
      const cost = () => own.price(consumption(null, 'mine', { inputTokens: 1 }))?.costNanoUsd;
      const putIntoForce = own.prepareOverrides({ mine: { input: '2', output: '2' } });
      expect(cost()).toBe(1_000n);
      putIntoForce();
      expect(cost()).toBe(2_000n);
      const tooMuch = '9'.repeat(30);
      expect(() => own.prepareOverrides({ mine: { input: tooMuch, output: '2' } })).toThrow(
        'prices.mine.input: not an amount of USD',
      );
    });

    it('can be replaced as a whole', () => {
      const own = priceBook({ mine: { input: '1', output: '1' } });
      own.setOverrides({ yours: { input: '2', output: '2' } });
      expect(own.price(consumption(null, 'mine', { inputTokens: 1 }))).toBeNull();
      expect(own.price(consumption(null, 'yours', { inputTokens: 1 }))).toEqual({
        costNanoUsd: 2_000n,
        source: 'override',
      });
    });
  });
});

function priceBook(prices: PriceOverrides): PriceBook {
  return new PriceBook({ file: { prices } } as unknown as GatewayConfig, Logger.silent());
}

function consumption(
  priceProvider: string | null,
  model: string,
  usage: Partial<TokenUsage>,
  at = NOON,
) {
  return {
    provider: priceProvider ?? 'openai-compatible',
    priceProvider,
    model,
    usage: { ...NO_USAGE, ...usage },
    atMs: Date.parse(at),
  };
}
