import type { EmbeddingsRequest } from '../openai-embeddings/decode-request.js';
import { isObject, objectList, type JsonObject } from '../read-json.js';
import { tokenCount } from '../token-usage.js';
import { MalformedAnswerError, UntranslatableError, type EncodedRequest } from '../translation.js';

/** As many as one batch may hold. */
const MAX_INPUTS = 100;

export interface EmbeddingsAnswer {
  readonly vectors: readonly (readonly number[])[];
  /** Null when the provider does not count them. */
  readonly inputTokens: number | null;
}

/** The body of `:batchEmbedContents`. Throws UntranslatableError. */
export function encodeGeminiEmbeddings(request: EmbeddingsRequest): EncodedRequest {
  const { inputs, dimensions, endUser } = request;
  if (inputs.length > MAX_INPUTS) {
    throw new UntranslatableError('input', `Gemini embeds ${MAX_INPUTS} inputs at once at most`);
  }
  const model = `models/${request.model.replace(/^models\//, '')}`;
  const requests = inputs.map((text) => ({
    model,
    content: { parts: [{ text }] },
    ...(dimensions !== null && { outputDimensionality: dimensions }),
  }));
  return { body: { requests }, dropped: endUser === null ? [] : ['endUser'] };
}

/** Throws MalformedAnswerError. */
export function decodeGeminiEmbeddings(
  body: JsonObject,
  { inputs, dimensions }: EmbeddingsRequest,
): EmbeddingsAnswer {
  const vectors = objectList(body['embeddings'], 'embeddings').map(({ values }) => {
    if (!Array.isArray(values) || !values.every(Number.isFinite)) {
      throw new MalformedAnswerError('an embedding is not a list of numbers');
    }
    return values as number[];
  });
  if (vectors.length !== inputs.length) {
    throw new MalformedAnswerError(`${vectors.length} embeddings for ${inputs.length} inputs`);
  }
  const usage = body['usageMetadata'];
  const counted = isObject(usage) ? tokenCount(usage['promptTokenCount']) : 0;
  return {
    // A vector that was cut short has lost its length of 1, which OpenAI's clients count on.
    vectors: dimensions === null ? vectors : vectors.map(normalise),
    inputTokens: counted || null,
  };
}

function normalise(vector: readonly number[]): readonly number[] {
  const length = Math.hypot(...vector);
  return length === 0 || Math.abs(length - 1) < 1e-6
    ? vector
    : vector.map((value) => value / length);
}
