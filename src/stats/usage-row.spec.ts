import fc from 'fast-check';
import { usageRecord } from '../../test/support/usage-record.js';
import type { TokenUsage } from '../protocols/token-usage.js';
import {
  toPostgresJson,
  toUsageRow,
  USAGE_COLUMNS,
  usageOf,
  type UsageColumns,
} from './usage-row.js';

describe('toUsageRow', () => {
  it('fills exactly the columns of the INSERT', () => {
    expect(Object.keys(toUsageRow(usageRecord()))).toEqual([...USAGE_COLUMNS]);
  });

  it('carries money as digits, because JSON numbers end at 2^53', () => {
    const row = toUsageRow(usageRecord({ costNanoUsd: 9_007_199_254_740_993n }));
    expect(row.cost_nano_usd).toBe('9007199254740993');
  });

  it('keeps an unknown price apart from a price of nothing', () => {
    expect(toUsageRow(usageRecord({ costNanoUsd: null })).cost_nano_usd).toBeNull();
    expect(toUsageRow(usageRecord({ costNanoUsd: 0n })).cost_nano_usd).toBe('0');
  });

  it('keeps all of the usage that has a price', () => {
    const usage: TokenUsage = {
      inputTokens: 1,
      cacheReadTokens: 2,
      cacheWriteTokens: 3,
      cacheWrite1hTokens: 4,
      inputAudioTokens: 5,
      outputTokens: 6,
      reasoningTokens: 7,
      outputAudioTokens: 8,
      serverTools: { webSearches: 9, webFetches: 0 },
    };
    const { serverTools: _none, ...tokens } = usage;
    for (const each of [usage, tokens]) {
      const row = toUsageRow(usageRecord({ usage: each })) as unknown as UsageColumns;
      expect(usageOf(row)).toEqual(each);
    }
  });

  it('cuts names of clients that send megabytes', () => {
    const row = toUsageRow(usageRecord({ requestedModel: 'm'.repeat(1_000_000) }));
    expect(row.requested_model).toHaveLength(256);
  });
});

describe('toPostgresJson', () => {
  it.each([
    ['NUL', 'a\0b', 'a\ufffdb'],
    ['half a surrogate pair', 'a\ud83d', 'a\ufffd'],
    ['a whole surrogate pair', '😀', '😀'],
    ['a backslash before u0000', '\\u0000', '\\u0000'],
    ['a backslash before NUL', '\\\0', '\\\ufffd'],
  ])('replaces only what PostgreSQL refuses: %s', (_, text, expected) => {
    expect(JSON.parse(toPostgresJson({ text }))).toEqual({ text: expected });
  });

  it('leaves neither NUL nor half pairs in any value or key', () => {
    const anything = fc.string({ unit: 'binary' }).map((text) => text + '\0\\\udc00');
    fc.assert(
      fc.property(anything, anything, (key, value) => {
        const [entry] = Object.entries(JSON.parse(toPostgresJson({ [key]: value })));
        const text = entry!.join('');
        expect(text.includes('\0')).toBe(false);
        expect(text).not.toMatch(/[\ud800-\udfff]/u);
      }),
    );
  });
});
