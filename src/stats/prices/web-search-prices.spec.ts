import { Logger } from '../../common/logger.js';
import type { GatewayConfig } from '../../config/gateway-config.js';
import { NO_USAGE } from '../../protocols/token-usage.js';
import { PriceBook, type PriceOverrides } from './price-book.js';

describe('the price of web searches', () => {
  it('is on the list for models that search by themselves', () => {
    // A thousand tokens at 3 USD for a million, three searches at 10 USD for a thousand.
    expect(costOf(3, bookOf({}), 'anthropic', 'claude-sonnet-4-5')).toBe(33_000_000n);
  });

  it('can be set beside those of tokens', () => {
    const book = bookOf({ mine: { input: '1', web_search: '4.5' } });
    expect(costOf(2, book, null, 'mine')).toBe(10_000_000n);
  });

  it('is left out where nobody has told it, which is told once', () => {
    const warnings: string[] = [];
    const logger = { warn: (message: string) => warnings.push(message) } as unknown as Logger;
    const book = bookOf({ mine: { input: '1' } }, logger);
    for (let call = 0; call < 2; call++) {
      expect(costOf(2, book, null, 'mine')).toBe(1_000_000n);
      expect(costOf(0, book, null, 'mine')).toBe(1_000_000n);
    }
    expect(warnings).toEqual([
      'no price is known for web searches of openai-compatible/mine: its use is recorded without a cost',
    ]);
  });

  /** Of a thousand tokens and so many searches. */
  function costOf(
    webSearches: number,
    book: PriceBook,
    priceProvider: string | null,
    model: string,
  ): bigint | undefined {
    return book.price({
      provider: priceProvider ?? 'openai-compatible',
      priceProvider,
      model,
      usage: { ...NO_USAGE, inputTokens: 1_000, serverTools: { webSearches, webFetches: 0 } },
      atMs: Date.parse('2026-11-01T12:00:00Z'),
    })?.costNanoUsd;
  }

  function bookOf(prices: PriceOverrides, logger = Logger.silent()): PriceBook {
    return new PriceBook({ file: { prices } } as unknown as GatewayConfig, logger);
  }
});
