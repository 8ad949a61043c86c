import { conversation, turn } from '../../../test/support/conversation-request.js';
import { grammarFault } from '../../../test/support/event-grammar.js';
import { loadRecordings, type Recording } from '../../../test/support/recordings.js';
import { randomPieces, seededRandom } from '../../../test/support/seeded-random.js';
import type { AnswerCandidate, ConversationAnswer, ConversationEvent } from '../conversation.js';
import { foldEvents } from '../fold-events.js';
import { EventSplitter, parseEvent } from '../sse.js';
import { NO_USAGE, totalInputTokens, totalOutputTokens } from '../token-usage.js';
import { MalformedAnswerError } from '../translation.js';
import { decodeGeminiAnswer } from './decode-answer.js';
import { GeminiStreamDecoder } from './decode-stream.js';
import { encodeGeminiRequest } from './encode-request.js';

interface WirePart {
  text?: string;
  thought?: boolean;
  thoughtSignature?: string;
  inlineData?: unknown;
  functionCall?: {
    id?: string;
    name?: string;
    args?: Record<string, unknown>;
    willContinue?: boolean;
    partialArgs?: { jsonPath: string; stringValue?: string; numberValue?: number }[];
  };
}

interface WireChunk {
  candidates?: { content?: { parts?: WirePart[] }; finishReason?: string | number }[];
  usageMetadata?: Record<string, number | undefined>;
  promptFeedback?: unknown;
  responseId?: string;
  modelVersion?: string;
  error?: { message: string };
}

const { set, recordings } = loadRecordings(['gemini.generate', 'gemini.stream']);
/** Recorded under this interface, but the answer of `cachedContents`. */
const isAnswer = (chunks: WireChunk[]): boolean =>
  chunks.some((chunk) => chunk.candidates ?? chunk.promptFeedback ?? chunk.error);
const answered = recordings.filter(
  (recording) => recording.response.status === 200 && isAnswer(chunksOf(recording)),
);
const failed = answered.filter((recording) => isFailure(chunksOf(recording)));
const whole = answered.filter((recording) => !failed.includes(recording));

/** Read by the simplest means, not by the code under test. */
function chunksOf({ response }: Recording): WireChunk[] {
  const text = response.bytes.toString();
  if (!text.startsWith('data:')) return [JSON.parse(text) as WireChunk];
  return text
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => JSON.parse(line.slice(5)) as WireChunk);
}

function isFailure(chunks: WireChunk[]): boolean {
  const { candidates } = chunks.at(-1)!;
  return (
    chunks.some(({ error }) => error) ||
    (candidates?.[0]?.finishReason === 'MALFORMED_FUNCTION_CALL' && partsOf(chunks).length === 0)
  );
}

function partsOf(chunks: WireChunk[]): WirePart[] {
  return chunks.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
}

function eventsOf(recording: Recording, random: () => number): ConversationEvent[] {
  const decoder = new GeminiStreamDecoder();
  const splitter = new EventSplitter();
  const events: ConversationEvent[] = [];
  const read = (event: Buffer): void => {
    const { data, name } = parseEvent(event);
    if (data !== null) events.push(...decoder.push(data, name));
  };
  for (const piece of randomPieces(recording.response.bytes, random)) {
    splitter.push(piece).forEach(read);
  }
  const rest = splitter.flush();
  if (rest) read(rest);
  events.push(...decoder.end());
  expect(decoder.finished).toBe(!isFailure(chunksOf(recording)));
  return events;
}

function answerOf(recording: Recording, seed = 1): ConversationAnswer {
  const isStream = recording.response.bytes.subarray(0, 5).toString() === 'data:';
  if (!isStream) {
    return decodeGeminiAnswer(JSON.parse(recording.response.bytes.toString()) as never);
  }
  const events = eventsOf(recording, seededRandom(seed));
  expect(grammarFault(events)).toBeNull();
  return foldEvents(events);
}

function expectedCalls(parts: WirePart[]): { name: string; args: unknown }[] {
  const calls: { name: string; args: Record<string, unknown>; texts: Map<string, unknown> }[] = [];
  for (const { functionCall: call } of parts) {
    if (call?.name) calls.push({ name: call.name, args: call.args ?? {}, texts: new Map() });
    const texts = calls.at(-1)?.texts;
    for (const { jsonPath, stringValue, numberValue } of call?.partialArgs ?? []) {
      const before = texts!.get(jsonPath) as string | undefined;
      texts!.set(jsonPath, numberValue ?? (before ?? '') + stringValue);
    }
  }
  return calls.map(({ name, args, texts }) => ({ name, args: texts.size ? [...texts] : args }));
}

/** Every value of nested arguments with its path. */
function flatten(value: unknown, path = '$'): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) =>
    flatten(inner, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`),
  );
}

function texts({ blocks }: AnswerCandidate, type: 'text' | 'thinking'): string {
  return blocks.flatMap((block) => (block.type === type ? [block.text] : [])).join('');
}

const join = (parts: WirePart[]): string => parts.map(({ text }) => text ?? '').join('');

describe(`Gemini's recorded answers (${set})`, () => {
  const counts = `${whole.length} whole, ${failed.length} failed`;
  it(`are read: of ${recordings.length} ${counts}, the others are refusals`, () => {
    expect(whole.length).toBeGreaterThan(0);
    for (const recording of failed) {
      expect(() => answerOf(recording)).toThrow(MalformedAnswerError);
    }
  });

  describe.each(whole.map((recording) => [recording.name, recording] as const))(
    '%s',
    (_, recording) => {
      const chunks = chunksOf(recording);
      const parts = partsOf(chunks);
      const answer = answerOf(recording);
      const candidate = answer.candidates[0]!;
      const calls = candidate.blocks.filter((block) => block.type === 'tool_use');

      it('keeps text and thoughts', () => {
        expect(texts(candidate, 'text')).toBe(join(parts.filter(({ thought }) => !thought)));
        expect(texts(candidate, 'thinking')).toBe(join(parts.filter(({ thought }) => thought)));
      });

      it('keeps calls with their arguments, and gives each an id', () => {
        const expected = expectedCalls(parts);
        expect(calls.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
        for (const [position, { args }] of expected.entries()) {
          const found: unknown = JSON.parse(calls[position]!.arguments);
          expect(Array.isArray(args) ? flatten(found) : found).toEqual(args);
        }
        expect(calls.every(({ id }) => /^[\w-]{1,64}$/.test(id))).toBe(true);
        expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length);
      });

      it('keeps every signature', () => {
        const expected = parts.flatMap(({ thoughtSignature }) => thoughtSignature ?? []);
        const found = candidate.blocks.flatMap((block) => {
          if (block.type === 'opaque') return (block.value as WirePart).thoughtSignature ?? [];
          return 'signature' in block && block.signature ? [block.signature.value] : [];
        });
        expect(found).toEqual(expected);
      });

      it('goes back with its text, calls and signatures', () => {
        const model = 'gemini-3-pro-preview';
        const turns = [
          turn('user', 'go'),
          { role: 'assistant', blocks: candidate.blocks } as const,
        ];
        const { body } = encodeGeminiRequest(conversation({ model, turns }));
        const sent = (body['contents'] as { parts: WirePart[] }[])[1]?.parts ?? [];
        expect(join(sent)).toBe(join(parts.filter(({ thought }) => !thought)));
        expect(sent.flatMap(({ functionCall }) => functionCall?.id ?? [])).toEqual(
          calls.map(({ id }) => id),
        );
        const signatures = sent.flatMap(({ thoughtSignature }) => thoughtSignature ?? []);
        expect(signatures.filter((value) => !value.startsWith('skip_'))).toEqual(
          parts.flatMap(({ thoughtSignature }) => thoughtSignature ?? []),
        );
      });

      it('says why it ended', () => {
        const word = chunks.flatMap(({ candidates }) => candidates?.[0]?.finishReason ?? []).at(-1);
        const usual = calls.length > 0 ? 'tool_use' : 'stop';
        const expected = { STOP: usual, 1: usual, MAX_TOKENS: 'length' }[String(word)];
        expect(candidate.finishReason).toBe(expected ?? 'content_filter');
      });

      it('counts what the provider counts', () => {
        const usage = chunks.map(({ usageMetadata }) => usageMetadata).findLast(Boolean) ?? {};
        const { promptTokenCount = 0, toolUsePromptTokenCount = 0 } = usage;
        const { candidatesTokenCount = 0, thoughtsTokenCount, totalTokenCount } = usage;
        const read = answer.usage ?? NO_USAGE;
        const total = totalInputTokens(read) + totalOutputTokens(read);
        expect(totalInputTokens(read)).toBe(promptTokenCount + toolUsePromptTokenCount);
        expect(totalOutputTokens(read)).toBe(candidatesTokenCount + (thoughtsTokenCount ?? 0));
        expect(read.cacheReadTokens).toBe(usage['cachedContentTokenCount'] ?? 0);
        // Two recordings were edited by hand and have a total below their own parts.
        const isEdited = totalTokenCount! < promptTokenCount + candidatesTokenCount;
        expect(total).toBe(isEdited ? total : (totalTokenCount ?? total));
      });

      it('names the answer and its model', () => {
        expect(answer.id).toBe(chunks[0]!.responseId ?? '');
        expect(answer.model).toBe(chunks[0]!.modelVersion ?? '');
      });

      it('reads the same wherever the network cut it', () => {
        for (let seed = 2; seed < 6; seed++) expect(answerOf(recording, seed)).toEqual(answer);
      });
    },
  );
});
