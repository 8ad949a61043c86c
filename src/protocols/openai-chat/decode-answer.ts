import type { ConversationAnswer } from '../conversation.js';
import { foldEvents } from '../fold-events.js';
import { MalformedAnswerError, type AnswerDecoder } from '../translation.js';
import { errorIn, OpenAiChatStreamDecoder } from './decode-stream.js';
import { objectsIn, type Json } from './json-values.js';
import type { ToolNames } from './tool-names.js';

/** @param toolNames those of the request this answers */
export function openAiChatAnswerDecoder(provider: string, toolNames?: ToolNames): AnswerDecoder {
  return (body) => decodeOpenAiChatAnswer(body, provider, toolNames);
}

/** Reads a chat completion as a stream of one chunk, so that both can only agree. Throws MalformedAnswerError. */
export function decodeOpenAiChatAnswer(
  body: Json,
  provider = 'openai',
  toolNames?: ToolNames,
): ConversationAnswer {
  const error = errorIn(body, '');
  if (error !== null) throw new MalformedAnswerError(error.message);
  const choices = objectsIn(body['choices']);
  if (choices.length === 0) throw new MalformedAnswerError('the answer has no choices');
  const decoder = new OpenAiChatStreamDecoder(provider, toolNames);
  return foldEvents([
    ...decoder.read({ ...body, choices: choices.map(asDelta) }),
    ...decoder.end(),
  ]);
}

/** Some peers give no index or no finish reason in a whole answer; that it is whole is reason enough. */
function asDelta(choice: Json, index: number): Json {
  return {
    ...choice,
    index: choice['index'] ?? index,
    delta: choice['message'],
    finish_reason: choice['finish_reason'] ?? 'stop',
  };
}
