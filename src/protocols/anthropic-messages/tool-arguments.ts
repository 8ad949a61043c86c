import { isObject, type JsonObject } from './shape-reader.js';

/**
 * A model's arguments as the object Anthropic wants. A call without arguments has an empty one; text that is no JSON object
 * (cut off, or wrong) is kept for the reader under `_raw`.
 */
export function toolInput(text: string): JsonObject {
  if (text.trim() === '') return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (isObject(parsed)) return parsed;
  } catch {
    // Kept as it is below.
  }
  return { _raw: text };
}
