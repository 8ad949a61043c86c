import { loadRecordings } from '../../../test/support/recordings.js';
import { decodeEmbeddingsRequest } from '../openai-embeddings/decode-request.js';
import type { JsonObject } from '../read-json.js';
import { MalformedAnswerError, UntranslatableError } from '../translation.js';
import { decodeGeminiEmbeddings, encodeGeminiEmbeddings } from './embeddings.js';

function request(input: unknown, dimensions?: number) {
  return decodeEmbeddingsRequest({ model: 'gemini-embedding-001', input, dimensions });
}

describe("Gemini's embeddings", () => {
  it('asks for all inputs in one batch', () => {
    const model = 'models/gemini-embedding-001';
    expect(encodeGeminiEmbeddings(request(['a', 'b'], 256)).body).toEqual({
      requests: [
        { model, content: { parts: [{ text: 'a' }] }, outputDimensionality: 256 },
        { model, content: { parts: [{ text: 'b' }] }, outputDimensionality: 256 },
      ],
    });
    expect(() => encodeGeminiEmbeddings(request(Array(101).fill('a')))).toThrow(
      UntranslatableError,
    );
  });

  it('gives vectors that were cut short a length of 1 again', () => {
    const body = { embeddings: [{ values: [3, 4] }] };
    expect(decodeGeminiEmbeddings(body, request('a', 2)).vectors).toEqual([[0.6, 0.8]]);
    expect(decodeGeminiEmbeddings(body, request('a')).vectors).toEqual([[3, 4]]);
  });

  it('refuses an answer that is not one vector per input', () => {
    expect(() => decodeGeminiEmbeddings({ embeddings: [] }, request('a'))).toThrow(
      MalformedAnswerError,
    );
    const broken = { embeddings: [{ values: ['x'] }] };
    expect(() => decodeGeminiEmbeddings(broken, request('a'))).toThrow(MalformedAnswerError);
  });

  it('reads every recorded answer', () => {
    const { recordings } = loadRecordings(['gemini.embed']);
    for (const { response, request: asked } of recordings) {
      if (response.status !== 200) continue;
      const { requests } = asked.body as { requests: { content: { parts: { text: string }[] } }[] };
      const inputs = requests.map(({ content }) => content.parts[0]!.text);
      const body = JSON.parse(response.bytes.toString()) as JsonObject;
      const { vectors } = decodeGeminiEmbeddings(body, request(inputs, 256));
      expect(vectors).toHaveLength(inputs.length);
      for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    }
  });
});
