import { loadRecordings, type Recording } from '../../../test/support/recordings.js';
import {
  mergeAnthropicUsage,
  readAnthropicUsage,
  type AnthropicUsage,
} from '../../protocols/anthropic-messages/usage.js';
import { readOpenAiUsage, type OpenAiUsage } from '../../protocols/openai-chat/usage.js';
import {
  readResponsesUsage,
  type ResponsesUsage,
} from '../../protocols/openai-responses/read-usage.js';
import {
  totalInputTokens,
  totalOutputTokens,
  type TokenUsage,
} from '../../protocols/token-usage.js';

const APIS = [
  'openai.chat',
  'openai.completions',
  'openai.embeddings',
  'openai.responses',
  'anthropic.messages',
  'anthropic.vertex',
] as const;
const { set, recordings } = loadRecordings(APIS);

/** What a recording counts, by our buckets and by the provider's own words. */
const counted = recordings.flatMap((recording) => {
  const found = usageIn(recording);
  return found ? [{ name: `${recording.api} ${recording.name}`, ...found }] : [];
});

describe(`usage in the ${set} exchanges`, () => {
  it('is there', () => {
    expect(counted.length).toBeGreaterThan(5);
  });

  it("adds up to the provider's own total", () => {
    const differing = counted
      .map(({ name, usage, total }) => ({
        name,
        ours: totalInputTokens(usage) + totalOutputTokens(usage),
        total,
      }))
      .filter(({ ours, total }) => ours !== total);
    expect(differing).toEqual([]);
  });
});

function usageIn(recording: Recording): { usage: TokenUsage; total: number } | null {
  const found = documentsOf(recording).flatMap((document) => {
    const { usage, message, response, x_groq: groq } = document as Record<string, Nested>;
    return [usage, message?.usage, response?.usage, groq?.usage].filter(isObject);
  });
  if (found.length === 0) return null;
  if (recording.api.startsWith('anthropic')) {
    const merged = found.reduce<AnthropicUsage>(mergeAnthropicUsage, {});
    const { input_tokens: input, output_tokens: output } = merged;
    const { cache_read_input_tokens: read, cache_creation_input_tokens: written } = merged;
    const total = (input ?? 0) + (output ?? 0) + (read ?? 0) + (written ?? 0);
    return { usage: readAnthropicUsage(merged), total };
  }
  const last = found.at(-1) as OpenAiUsage & ResponsesUsage & { total_tokens?: number };
  const usage =
    recording.api === 'openai.responses' ? readResponsesUsage(last) : readOpenAiUsage(last);
  const sum = totalInputTokens(usage) + totalOutputTokens(usage);
  return { usage, total: last.total_tokens ?? sum };
}

type Nested = { usage?: unknown } | null | undefined;

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function documentsOf({ response }: Recording): object[] {
  const text = response.bytes.toString('utf8');
  const whole = parse(text);
  if (whole) return [whole];
  return text
    .split(/\r\n|\n|\r/)
    .filter((line) => line.startsWith('data:'))
    .flatMap((line) => parse(line.slice(5)) ?? []);
}

function parse(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
