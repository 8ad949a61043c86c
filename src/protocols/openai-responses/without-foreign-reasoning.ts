import { isObject, type JsonObject } from '../read-json.js';

/**
 * A client's request without the reasoning of other providers: OpenAI refuses what it has not encrypted itself, and what is
 * not encrypted at all it looks for among its stored items.
 */
export function withoutForeignReasoning(body: JsonObject): JsonObject {
  const { input, store } = body;
  if (!Array.isArray(input)) return body;
  const kept = (input as unknown[]).filter((item) => !isForeign(item, store === false));
  return kept.length === input.length ? body : { ...body, input: kept };
}

function isForeign(item: unknown, nothingIsStored: boolean): boolean {
  if (!isObject(item) || item['type'] !== 'reasoning') return false;
  const proof = item['encrypted_content'];
  if (typeof proof === 'string' && proof !== '') return proof.startsWith('gw1.');
  return nothingIsStored;
}
