import { isObject, type JsonObject } from '../read-json.js';

/**
 * A client's request without the thinking that other providers signed: Anthropic refuses what it has not signed itself.
 * Null when it needs more than that: with a budget for thinking, a round of tool calls has to begin with some.
 */
export function withoutForeignThinking(body: JsonObject): JsonObject | null {
  const { messages, thinking } = body;
  if (!Array.isArray(messages)) return body;
  const kept = messages.flatMap(withoutForeignBlocks);
  const isWhole = kept.length === messages.length;
  if (isWhole && kept.every((message, index) => message === messages[index])) return body;
  if (isObject(thinking) && thinking['type'] === 'enabled') return null;
  return { ...body, messages: kept };
}

/** None when nothing is left to be said. */
function withoutForeignBlocks(message: unknown): unknown[] {
  if (!isObject(message) || !Array.isArray(message['content'])) return [message];
  const content = message['content'] as unknown[];
  const kept = content.filter((block) => !isForeign(block));
  if (kept.length === content.length) return [message];
  return kept.length === 0 ? [] : [{ ...message, content: kept }];
}

/** See signature-envelope.ts. */
function isForeign(block: unknown): boolean {
  if (!isObject(block)) return false;
  const { type, signature, data } = block;
  const proof = type === 'thinking' ? signature : type === 'redacted_thinking' ? data : null;
  return typeof proof === 'string' && /^gw1(-next|-previous)?\./.test(proof);
}
