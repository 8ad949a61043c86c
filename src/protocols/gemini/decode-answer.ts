import type { ConversationAnswer, ConversationRequest } from '../conversation.js';
import { foldEvents } from '../fold-events.js';
import { isObject, type JsonObject } from '../read-json.js';
import { MalformedAnswerError } from '../translation.js';
import { GeminiStreamDecoder } from './decode-stream.js';

/**
 * Reads a GenerateContentResponse. It has the form of a stream's chunk, so it is read as a stream of one.
 * Throws MalformedAnswerError, also for an error in the place of an answer and for a model that failed without one.
 */
export function decodeGeminiAnswer(
  body: JsonObject,
  request: Pick<ConversationRequest, 'tools'> | null = null,
): ConversationAnswer {
  if (!isObject(body)) throw new MalformedAnswerError('the answer is not an object');
  const decoder = new GeminiStreamDecoder(request);
  const answer = foldEvents([...decoder.read(body), ...decoder.end()]);
  if (answer.candidates.length === 0) {
    throw new MalformedAnswerError('the answer has neither candidates nor a reason why');
  }
  return answer;
}
