import type { JsonObject } from '../read-json.js';
import type { EmbeddingsRequest } from './decode-request.js';

interface Embeddings {
  /** The name the client asked for. */
  readonly model: string;
  readonly vectors: readonly (readonly number[])[];
  readonly inputTokens: number;
}

/** The body of an answer to `POST /v1/embeddings`. */
export function encodeEmbeddingsAnswer(
  { model, vectors, inputTokens }: Embeddings,
  encodingFormat: EmbeddingsRequest['encodingFormat'],
): JsonObject {
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encodingFormat === 'base64' ? toBase64(vector) : vector,
    })),
    model,
    usage: { prompt_tokens: inputTokens, total_tokens: inputTokens },
  };
}

/** Little-endian 32-bit floats, as OpenAI's clients read them. */
function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, position) => bytes.writeFloatLE(value, position * 4));
  return bytes.toString('base64');
}
