import type { ConversationRequest } from '../conversation.js';
import type { JsonObject } from '../read-json.js';
import { tokenCount } from '../token-usage.js';
import { MalformedAnswerError, type EncodedRequest } from '../translation.js';
import { encodeGeminiRequest } from './encode-request.js';

/** The body of `:countTokens` that counts tools and the system instruction as well. Throws UntranslatableError. */
export function encodeCountTokens(request: ConversationRequest): EncodedRequest {
  const { body, dropped } = encodeGeminiRequest(request);
  const model = `models/${request.model.replace(/^models\//, '')}`;
  return { body: { generateContentRequest: { model, ...body } }, dropped };
}

/** Throws MalformedAnswerError. */
export function readCountedTokens({ totalTokens }: JsonObject): number {
  const counted = tokenCount(totalTokens);
  if (counted === 0 && totalTokens !== 0) {
    throw new MalformedAnswerError('the answer counts no tokens');
  }
  return counted;
}
