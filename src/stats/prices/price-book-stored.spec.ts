import { Logger } from '../../common/logger.js';
import type { GatewayConfig } from '../../config/gateway-config.js';
import { NO_USAGE, type TokenUsage } from '../../protocols/token-usage.js';
import { PriceBook, type StoredPrice } from './price-book.js';
import type { PriceSheet } from './price-sheet.js';

const JUNE = Date.parse('2026-06-01');
const JULY = Date.parse('2026-07-01');

describe('prices that were set', () => {
  const book = new PriceBook(
    { file: { prices: { 'openai/from-file': { input: '7' } } } } as unknown as GatewayConfig,
    Logger.silent(),
  );
  const set = (...prices: StoredPrice[]) => book.setStored(prices);
  const costOf = (model: string, usage: Partial<TokenUsage>, atMs: number, provider = 'openai') =>
    book.price({
      provider,
      priceProvider: null,
      model,
      usage: { ...NO_USAGE, ...usage },
      atMs,
    })?.costNanoUsd ?? null;

  it('are left out when they cannot be read, and hide no other', () => {
    set(
      { model: 'good', validFromMs: JUNE, sheet: { input: '1' } },
      { model: 'bad', validFromMs: JUNE, sheet: { input: null } as unknown as PriceSheet },
    );
    expect(costOf('good', { inputTokens: 1 }, JULY)).toBe(1_000n);
    expect(costOf('bad', { inputTokens: 1 }, JULY)).toBeNull();
  });

  it('hold from their time on, until the next', () => {
    set(
      { model: 'm', validFromMs: JULY, sheet: { input: '2' } },
      { model: 'm', validFromMs: JUNE, sheet: { input: '1' } },
    );
    const input = { inputTokens: 1 };
    expect(costOf('m', input, JUNE - 1)).toBeNull();
    expect(costOf('m', input, JUNE)).toBe(1_000n);
    expect(costOf('m', input, JULY - 1)).toBe(1_000n);
    expect(costOf('m', input, JULY)).toBe(2_000n);
  });

  it('of a provider come before those of a model, under any of its names', () => {
    set(
      { model: 'm', validFromMs: 0, sheet: { input: '1' } },
      { model: 'claude/m', validFromMs: 0, sheet: { input: '3' } },
    );
    expect(costOf('m', { inputTokens: 1 }, JULY, 'anthropic')).toBe(3_000n);
    expect(costOf('m', { inputTokens: 1 }, JULY, 'openai')).toBe(1_000n);
  });

  it('change with the length of the input', () => {
    const sheet = {
      input: '1',
      output: '4',
      tiers: [
        { above_tokens: 100, input: '2' },
        { above_tokens: 10, input: '1.5', output: '5' },
      ],
    };
    set({ model: 'm', validFromMs: 0, sheet });
    expect(costOf('m', { inputTokens: 10, outputTokens: 1 }, JULY)).toBe(14_000n);
    expect(costOf('m', { inputTokens: 11, outputTokens: 1 }, JULY)).toBe(21_500n);
    // A tier that does not tell a rate leaves the one without tiers.
    expect(costOf('m', { cacheReadTokens: 101, outputTokens: 1 }, JULY)).toBe(206_000n);
  });

  it('leave those of the configuration file alone', () => {
    expect(book.isInFile('openai/from-file')).toBe(true);
    expect(book.isInFile('m')).toBe(false);
    set();
    expect(costOf('from-file', { inputTokens: 1 }, JULY)).toBe(7_000n);
  });
});
