import type { JsonObject } from '../read-json.js';
import { InvalidConversationError, UntranslatableError } from '../translation.js';

export interface EmbeddingsRequest {
  readonly model: string;
  readonly inputs: readonly string[];
  /** Null: as many as the model has. */
  readonly dimensions: number | null;
  readonly encodingFormat: 'float' | 'base64';
  readonly endUser: string | null;
}

/**
 * Reads the body of `POST /v1/embeddings`. Throws InvalidConversationError, and UntranslatableError for inputs of tokens:
 * they mean something to OpenAI's own tokenizer only.
 */
export function decodeEmbeddingsRequest(body: JsonObject): EmbeddingsRequest {
  const { model, dimensions = null, encoding_format: format = 'float', user } = body;
  if (typeof model !== 'string') {
    throw new InvalidConversationError('model', 'model must be a string');
  }
  if (dimensions !== null && !(Number.isInteger(dimensions) && (dimensions as number) > 0)) {
    throw new InvalidConversationError('dimensions', 'dimensions must be a positive integer');
  }
  if (format !== 'float' && format !== 'base64') {
    throw new InvalidConversationError(
      'encoding_format',
      'encoding_format must be float or base64',
    );
  }
  return {
    model,
    inputs: readInputs(body['input']),
    dimensions: dimensions as number | null,
    encodingFormat: format,
    endUser: typeof user === 'string' ? user : null,
  };
}

function readInputs(input: unknown): string[] {
  if (typeof input === 'string') return [input];
  if (!Array.isArray(input) || input.length === 0) {
    throw new InvalidConversationError('input', 'input must be a string or a list of strings');
  }
  if (input.every((item) => typeof item === 'string')) return input;
  const isTokens = input.every((item) => typeof item === 'number' || Array.isArray(item));
  throw isTokens
    ? new UntranslatableError('input', 'this model takes text, not tokens')
    : new InvalidConversationError('input', 'input must be a string or a list of strings');
}
