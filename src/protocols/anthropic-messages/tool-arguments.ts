import { isObject, type JsonObject } from './shape-reader.js';

/** What engines since V8 11.4 have, and TypeScript's library does not know yet. */
const exact = JSON as unknown as {
  parse(
    text: string,
    revive: (key: string, value: unknown, at: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
};

/**
 * A model's arguments as the object Anthropic wants. A call without arguments has an empty one; text that is no JSON object
 * (cut off, or wrong) is kept for the reader under `_raw`.
 */
export function toolInput(text: string): JsonObject {
  if (text.trim() === '') return {};
  try {
    const parsed = parse(text);
    if (isObject(parsed)) return parsed;
  } catch {
    // Kept as it is below.
  }
  return { _raw: text };
}

/** A number beyond 2^53 (an id, as a rule) stays the digits it is: parsed, it would become another one. */
function parse(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  return exact.parse(text, (_, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source
      ? exact.rawJSON(source)
      : value,
  );
}
