import type { Block, ConversationEvent } from '../../src/protocols/conversation.js';
import { foldEvents } from '../../src/protocols/fold-events.js';
import { OpenAiChatStreamDecoder } from '../../src/protocols/openai-chat/decode-stream.js';

export const head = { id: 'c1', model: 'm', created: 7, object: 'chat.completion.chunk' };
export const delta = (fields: object, more: object = {}) => ({
  ...head,
  choices: [{ index: 0, delta: fields, finish_reason: null, ...more }],
});
export const call = (index: number, fields: object) =>
  delta({ tool_calls: [{ index, ...fields }] });
export const finish = (reason: string, more: object = {}) =>
  delta({}, { finish_reason: reason, ...more });

export function eventsOf(
  chunks: readonly (object | string)[],
  provider?: string,
): ConversationEvent[] {
  const decoder = new OpenAiChatStreamDecoder(provider);
  const events = chunks.flatMap((chunk) =>
    decoder.push(typeof chunk === 'string' ? chunk : JSON.stringify(chunk), ''),
  );
  return [...events, ...decoder.end()];
}

export function answerOf(chunks: readonly (object | string)[], provider?: string) {
  return foldEvents(eventsOf(chunks, provider));
}

export function blocksOf(chunks: readonly object[], provider?: string): readonly Block[] {
  return answerOf(chunks, provider).candidates[0]!.blocks;
}

export function callsOf(chunks: readonly object[]) {
  return blocksOf(chunks).flatMap((block) =>
    block.type === 'tool_use' ? [[block.id, block.name, block.arguments]] : [],
  );
}
