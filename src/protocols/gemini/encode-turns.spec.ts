import type { Content, GenerateContentParameters, Part } from '@google/genai';
import fc from 'fast-check';
import {
  conversation,
  toolResult,
  toolUse,
  turn,
} from '../../../test/support/conversation-request.js';
import type { Block, ConversationRequest, Turn } from '../conversation.js';
import { encodeGeminiRequest } from './encode-request.js';

const words = fc.string({ maxLength: 8 });
const callId = fc.constantFrom('1', '2', '3', 'call_0', 'toolu_a b');
const toolName = fc.oneof(
  fc.constantFrom('a', 'get_weather', 'mcp.x:y'),
  fc.string({ minLength: 1, maxLength: 150 }),
);
const provider = fc.constantFrom('gemini', 'anthropic');

const textBlock: fc.Arbitrary<Block> = words.map((text) => ({ type: 'text', text }));
const signedText: fc.Arbitrary<Block> = fc
  .tuple(words, provider)
  .map(([text, by]) => ({ type: 'text', text, signature: { provider: by, value: 'c2ln' } }));
const thinkingBlock: fc.Arbitrary<Block> = fc
  .tuple(words, fc.option(provider))
  .map(([text, by]) => ({
    type: 'thinking',
    text,
    signature: by === null ? null : { provider: by, value: 'c2ln' },
  }));
const call: fc.Arbitrary<Block> = fc
  .tuple(callId, toolName, fc.oneof(fc.json(), words))
  .map(([id, name, args]) => toolUse(id, name, args));
const result: fc.Arbitrary<Block> = fc
  .tuple(callId, fc.oneof(fc.json(), words), fc.boolean())
  .map(([id, content, isError]) => toolResult(id, content, isError));
const image: fc.Arbitrary<Block> = fc.constant({
  type: 'image',
  source: { kind: 'base64', mediaType: 'image/png', data: 'AA==' },
});

const turns: fc.Arbitrary<Turn[]> = fc.array(
  fc.oneof(
    textBlock.map((block) => turn('system', block)),
    fc
      .array(fc.oneof(textBlock, result, image), { maxLength: 4 })
      .map((blocks) => turn('user', ...blocks)),
    fc
      .array(fc.oneof(textBlock, signedText, thinkingBlock, call), { maxLength: 4 })
      .map((blocks) => turn('assistant', ...blocks)),
  ),
  { maxLength: 8 },
);
const model = fc.constantFrom(
  'gemini-3-pro-preview',
  'gemini-2.5-flash',
  'gemini-2.0-flash',
  'gemma-3',
);

function contentsOf(request: ConversationRequest): Content[] {
  return encodeGeminiRequest(request).body['contents'] as Content[];
}

const calls = ({ parts }: Content): Part[] => parts!.filter(({ functionCall }) => functionCall);
const results = ({ parts }: Content): Part[] =>
  parts!.filter(({ functionResponse }) => functionResponse);

function assertEach(property: (contents: Content[], model: string) => void): void {
  fc.assert(
    fc.property(turns, model, (history, name) => {
      property(contentsOf(conversation({ turns: history, model: name })), name);
    }),
    { numRuns: 500 },
  );
}

describe('encodeTurns', () => {
  it('alternates, begins with the user and has no empty content', () => {
    assertEach((contents) => {
      expect(contents.map(({ role }) => role)).toEqual(
        contents.map((_, index) => (index % 2 === 0 ? 'user' : 'model')),
      );
      expect(contents.length).toBeGreaterThan(0);
      expect(contents.every(({ parts }) => parts!.length > 0)).toBe(true);
    });
  });

  it('has one result per call, right behind, in order and under the same name and id', () => {
    assertEach((contents) => {
      for (const [index, content] of contents.entries()) {
        const made = calls(content).map(({ functionCall }) => [
          functionCall!.id,
          functionCall!.name,
        ]);
        const next = contents[index + 1];
        const given = next ? results(next) : [];
        if (content.role === 'user') continue;
        expect(
          given.map(({ functionResponse }) => [functionResponse!.id, functionResponse!.name]),
        ).toEqual(made);
        expect(given).toEqual(next?.parts!.slice(0, given.length) ?? []);
      }
      expect(results(contents[0]!)).toEqual([]);
    });
  });

  it('writes names in the alphabet, and arguments and results as objects', () => {
    const isObject = (value: unknown): boolean =>
      typeof value === 'object' && value !== null && !Array.isArray(value);
    assertEach((contents) => {
      const parts = contents.flatMap(({ parts: all }) => all!);
      const used = parts.flatMap(({ functionCall: made, functionResponse: given }) => [
        ...(made ? [{ name: made.name, value: made.args }] : []),
        ...(given ? [{ name: given.name, value: given.response }] : []),
      ]);
      expect(used.filter(({ value }) => !isObject(value))).toEqual([]);
      expect(used.filter(({ name }) => !/^[A-Za-z_][\w.:-]{0,127}$/.test(name!))).toEqual([]);
    });
  });

  it('has the first call of every step signed on Gemini 3, and marks none on older models', () => {
    assertEach((contents, name) => {
      const isThree = name.includes('-3-pro');
      for (const content of contents) {
        const signatures = calls(content).map(({ thoughtSignature }) => thoughtSignature);
        const marked = signatures.map((value) => value?.startsWith('skip_') === true);
        expect(marked.indexOf(true)).toBeLessThanOrEqual(isThree ? 0 : -1);
        expect(marked.filter(Boolean).length).toBeLessThanOrEqual(isThree ? 1 : 0);
        expect(isThree && signatures.length > 0 && signatures[0] === undefined).toBe(false);
      }
    });
  });

  it("fits the types of Google's SDK", () => {
    const { body } = encodeGeminiRequest(conversation());
    const { contents, systemInstruction } = body as {
      contents: Content[];
      systemInstruction?: Content;
    };
    const parameters: GenerateContentParameters = {
      model: 'gemini-3-pro',
      contents,
      config: { systemInstruction },
    };
    expect(parameters.contents).toEqual([{ role: 'user', parts: [{ text: 'hello' }] }]);
  });
});
