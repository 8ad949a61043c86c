import { isObject, type JsonObject } from '../read-json.js';

/** These refuse a message with a member they do not know; others pass over it, or want theirs back. */
export const STRICT_PEERS: ReadonlySet<string> = new Set([
  'openai',
  'azure',
  'groq',
  'mistral',
  'cerebras',
]);

/** What answers that were translated for a client of OpenAI's have beside OpenAI's own members: see encode-answer.ts. */
const OURS = ['reasoning_content', 'thinking_blocks', 'extra_content'];

/**
 * A client's request without what answers of other providers left in its history: clients send a message back as they got it.
 * A message without a signature is left alone: who knows what is behind an address that is said to be OpenAI's.
 */
export function withoutForeignThoughts(body: JsonObject): JsonObject {
  const { messages } = body;
  if (!Array.isArray(messages)) return body;
  const kept = (messages as unknown[]).map(withoutOurs);
  return kept.every((message, index) => message === messages[index])
    ? body
    : { ...body, messages: kept };
}

function withoutOurs(message: unknown): unknown {
  if (!isObject(message) || message['role'] !== 'assistant') return message;
  const { tool_calls: calls } = message;
  const isSigned = (holder: unknown): boolean =>
    isObject(holder) && ('thinking_blocks' in holder || 'extra_content' in holder);
  const signedCalls = Array.isArray(calls) ? (calls as unknown[]).filter(isSigned) : [];
  if (!isSigned(message) && signedCalls.length === 0) return message;
  const kept = without(message, OURS);
  if (signedCalls.length === 0) return kept;
  const bare = (calls as unknown[]).map((call) => (isObject(call) ? without(call, OURS) : call));
  return { ...kept, tool_calls: bare };
}

function without(holder: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(holder).filter(([name]) => !names.includes(name)));
}
