import { createRequire } from 'node:module';
import fc from 'fast-check';
import type * as GenaiPrices from '@pydantic/genai-prices';
import { NO_USAGE } from '../../protocols/token-usage.js';
import { PriceList } from './price-list.js';
import { costOf } from './rates.js';

const NOON = new Date('2026-11-01T12:00:00Z');

describe('PriceList', () => {
  const { calcPrice, findProvider } = createRequire(import.meta.url)(
    '@pydantic/genai-prices',
  ) as typeof GenaiPrices;

  it('agrees with its source on every model of the large providers', () => {
    const list = new PriceList();
    const models = ['openai', 'anthropic', 'google', 'deepseek', 'mistral', 'x-ai'].flatMap((id) =>
      findProvider({ providerId: id })!.models.map((model) => ({ id, model: model.id })),
    );
    const tokens = fc.integer({ min: 0, max: 300_000 });
    const calls = fc.record({ b: tokens, c: tokens, d: tokens, searches: fc.nat({ max: 9 }) });
    fc.assert(
      fc.property(fc.constantFrom(...models), tokens, calls, (one, a, { b, c, d, searches }) => {
        const total = calcPrice(
          {
            input_tokens: a + b + c,
            cache_read_tokens: b,
            cache_write_tokens: c,
            output_tokens: d,
            web_searches: searches,
          },
          one.model,
          { providerId: one.id, timestamp: NOON },
        )?.total_price;
        const usage = {
          ...NO_USAGE,
          inputTokens: a,
          cacheReadTokens: b,
          cacheWriteTokens: c,
          outputTokens: d,
          serverTools: { webSearches: searches, webFetches: 1 },
        };
        const found = list.find(one.id, one.model, NOON.getTime());
        const cost = found && costOf(usage, found.rates);
        // Where the source leaves out what it has no rate for, there is no price here.
        if (total === undefined || cost === null) return;
        expect(Math.abs(Number(cost) - total * 1e9)).toBeLessThan(1);
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads every model without failing', () => {
    const list = new PriceList();
    for (const id of ['openai', 'anthropic', 'google', 'deepseek', 'azure', 'openrouter']) {
      for (const { id: model } of findProvider({ providerId: id })!.models) {
        expect(() => list.find(id, model, NOON.getTime())).not.toThrow();
      }
    }
  });

  it('looks again on the next day, when prices may be new', () => {
    const list = new PriceList();
    const before = list.find('openai', 'o3', Date.parse('2025-06-09T12:00:00Z'));
    const after = list.find('openai', 'o3', Date.parse('2025-06-10T12:00:00Z'));
    expect([before?.rates.input?.base, after?.rates.input?.base]).toEqual([
      10_000_000_000n,
      2_000_000_000n,
    ]);
  });

  it('finds the same price once', () => {
    const list = new PriceList();
    const first = list.find('openai', 'gpt-4o', NOON.getTime());
    expect(list.find('openai', 'gpt-4o', NOON.getTime() + 3_600_000)).toBe(first);
  });

  it('forgets the oldest of too many models', () => {
    const list = new PriceList();
    const first = list.find('openai', 'gpt-4o', NOON.getTime());
    for (let index = 0; index < 2_000; index++) list.find('openai', `m-${index}`, NOON.getTime());
    const again = list.find('openai', 'gpt-4o', NOON.getTime());
    expect(again).not.toBe(first);
    expect(again).toEqual(first);
  });
});
