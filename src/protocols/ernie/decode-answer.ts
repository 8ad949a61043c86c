import type { ConversationAnswer } from '../conversation.js';
import { foldEvents } from '../fold-events.js';
import { isObject, type JsonObject } from '../read-json.js';
import { MalformedAnswerError } from '../translation.js';
import { ErnieStreamDecoder } from './decode-stream.js';

/** Reads a whole answer of the old interface. Throws MalformedAnswerError, also for an error in the place of an answer. */
export function decodeErnieAnswer(body: JsonObject, model = ''): ConversationAnswer {
  if (!isObject(body)) throw new MalformedAnswerError('the answer is not an object');
  const decoder = new ErnieStreamDecoder(model);
  return foldEvents([...decoder.read(body, true), ...decoder.end()]);
}
