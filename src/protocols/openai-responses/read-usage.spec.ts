import fc from 'fast-check';
import { readResponsesUsage } from './read-usage.js';
import { writeUsage } from './write-usage.js';

describe('readResponsesUsage', () => {
  it('splits what the provider counts together', () => {
    expect(
      readResponsesUsage({
        input_tokens: 100,
        input_tokens_details: { cached_tokens: 40, cache_write_tokens: 10 },
        output_tokens: 50,
        output_tokens_details: { reasoning_tokens: 30 },
      }),
    ).toEqual({
      inputTokens: 50,
      cacheReadTokens: 40,
      cacheWriteTokens: 10,
      cacheWrite1hTokens: 0,
      inputAudioTokens: 0,
      outputTokens: 20,
      reasoningTokens: 30,
      outputAudioTokens: 0,
    });
  });

  it('never makes a bucket negative', () => {
    const usage = readResponsesUsage({
      input_tokens: 1,
      input_tokens_details: { cached_tokens: 9, cache_write_tokens: 9 },
      output_tokens: -5,
      output_tokens_details: null,
    });
    expect(usage).toMatchObject({ inputTokens: 0, cacheReadTokens: 1, outputTokens: 0 });
    expect(Math.min(...Object.values(usage))).toBe(0);
  });

  it('reads what the gateway writes', () => {
    const tokens = fc.nat({ max: 1e6 });
    const buckets = fc.tuple(tokens, tokens, tokens, tokens, tokens);
    fc.assert(
      fc.property(buckets, ([input, read, write, output, reasoning]) => {
        const usage = {
          inputTokens: input,
          cacheReadTokens: read,
          cacheWriteTokens: write,
          cacheWrite1hTokens: 0,
          inputAudioTokens: 0,
          outputTokens: output,
          reasoningTokens: reasoning,
          outputAudioTokens: 0,
        };
        expect(readResponsesUsage(writeUsage(usage))).toEqual(usage);
      }),
    );
  });
});
