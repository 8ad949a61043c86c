import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { usageRecord } from '../../../test/support/usage-record.js';
import { Logger } from '../../common/logger.js';
import type { GatewayConfig } from '../../config/gateway-config.js';
import {
  mergeAnthropicUsage,
  readAnthropicUsage,
  type AnthropicUsage,
} from '../../protocols/anthropic-messages/usage.js';
import { readGeminiUsage } from '../../protocols/gemini/read-usage.js';
import { readOpenAiUsage } from '../../protocols/openai-chat/usage.js';
import { readResponsesUsage } from '../../protocols/openai-responses/read-usage.js';
import { NO_USAGE, totalInputTokens, totalOutputTokens } from '../../protocols/token-usage.js';
import { formatUsd } from '../../common/money.js';
import { PriceBook } from './price-book.js';
import { priced } from './priced.js';

type Wire = 'openai' | 'responses' | 'anthropic' | 'gemini';

/**
 * What providers send, how many tokens it is in all, and what it costs, worked out by hand from USD per million tokens as of
 * November 2026, with the sum that leads to it.
 */
interface Case {
  readonly about: string;
  readonly wire: Wire;
  readonly provider: string;
  readonly model: string;
  /** Several in a stream that corrects itself. */
  readonly usages: readonly object[];
  readonly tokens: number;
  readonly sum: string;
  readonly usd: string;
}

const CASES = JSON.parse(
  readFileSync(new URL('../../../test/support/usage-costs.json', import.meta.url), 'utf8'),
) as Case[];

const READERS: Readonly<Record<Wire, (usages: readonly object[]) => typeof NO_USAGE>> = {
  openai: ([usage]) => readOpenAiUsage(usage!),
  responses: ([usage]) => readResponsesUsage(usage!),
  anthropic: (usages) => readAnthropicUsage(usages.reduce<AnthropicUsage>(mergeAnthropicUsage, {})),
  gemini: ([usage]) => readGeminiUsage(usage as Parameters<typeof readGeminiUsage>[0])!,
};

describe('what a provider counted', () => {
  const book = new PriceBook({ file: null } as GatewayConfig, Logger.silent());

  it('is tried in sixty cases at least', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(60);
  });

  it.each(CASES)('$about: $model, $sum', ({ wire, provider, model, usages, tokens, usd }) => {
    const usage = READERS[wire](usages);
    expect(totalInputTokens(usage) + totalOutputTokens(usage)).toBe(tokens);
    const startedAt = Date.parse('2026-11-01T12:00:00Z');
    const unpriced = usageRecord({ startedAt, provider, model, usage, costNanoUsd: null });
    expect(formatUsd(priced(unpriced, book).costNanoUsd!)).toBe(usd);
  });

  it('never becomes a negative cost or a count that is none, whatever it is', () => {
    const count = fc.oneof(
      fc.integer({ min: -1e9, max: 2e9 }),
      fc.constantFrom(
        1e18,
        -1,
        0.5,
        NaN,
        Infinity,
        -Infinity,
        2 ** 53,
        null,
        undefined,
        '7',
        [],
        {},
      ),
    );
    const names = [...new Set(CASES.flatMap(({ usages }) => usages.flatMap(namesIn)))];
    const flat = fc.dictionary(fc.constantFrom(...names), count);
    const usage = fc.tuple(flat, flat, flat).map(([outer, input, output]) => ({
      ...outer,
      prompt_tokens_details: input,
      input_tokens_details: input,
      cache_creation: input,
      completion_tokens_details: output,
      output_tokens_details: output,
    }));
    const model = fc.constantFrom(...CASES);
    // Expected once: at each of its steps it would take longer than what it is about.
    const { counterexample } = fc.check(
      fc.property(usage, model, (sent, { wire, provider, model: name }) => {
        const read = READERS[wire]([sent]) ?? NO_USAGE;
        const { serverTools: _calls, ...buckets } = read;
        const unpriced = usageRecord({ provider, model: name, usage: read, costNanoUsd: null });
        const { costNanoUsd } = priced(unpriced, book);
        return Object.values(buckets).every(isCount) && (costNanoUsd ?? 0n) >= 0n;
      }),
      { numRuns: 10_000 },
    );
    expect(counterexample).toBeNull();
  });
});

function namesIn(value: object): string[] {
  return Object.entries(value).flatMap(([name, inside]) =>
    inside !== null && typeof inside === 'object' ? namesIn(inside as object) : [name],
  );
}

function isCount(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0 && number <= 2e9;
}
