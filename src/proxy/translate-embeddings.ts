import { decodeGeminiEmbeddings, encodeGeminiEmbeddings } from '../protocols/gemini/embeddings.js';
import { decodeEmbeddingsRequest } from '../protocols/openai-embeddings/decode-request.js';
import { encodeEmbeddingsAnswer } from '../protocols/openai-embeddings/encode-answer.js';
import type { JsonObject } from '../protocols/read-json.js';
import { NO_USAGE } from '../protocols/token-usage.js';
import type { Candidate } from '../routing/candidate.js';
import type { Carrier } from './carrier.js';
import type { ClientCall } from './client-call.js';
import { estimateInputTokens } from './estimate-usage.js';
import { parsedBody } from './parsed-body.js';
import { readAnswer } from './read-answer.js';

/** Carries embeddings to Gemini. Throws UntranslatableError. */
export function translateEmbeddings(call: ClientCall, { model }: Candidate): Carrier {
  const request = { ...parsedBody(call, decodeEmbeddingsRequest), model };
  const { body, dropped } = encodeGeminiEmbeddings(request);
  return {
    operation: 'embeddings',
    body: Buffer.from(JSON.stringify(body)),
    dropped,
    contentType: 'application/json',
    stream: () => {
      throw new Error('embeddings are never streamed');
    },
    answer: (bytes) =>
      readAnswer(bytes, (parsed: JsonObject) => {
        const { vectors, inputTokens } = decodeGeminiEmbeddings(parsed, request);
        // Gemini does not always count embeddings.
        const counted = inputTokens ?? estimateInputTokens(call.body);
        const answer = { model: call.model, vectors, inputTokens: counted };
        return {
          body: encodeEmbeddingsAnswer(answer, request.encodingFormat),
          usage: inputTokens === null ? null : { ...NO_USAGE, inputTokens },
        };
      }),
  };
}
