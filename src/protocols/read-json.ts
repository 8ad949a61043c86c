import { MalformedAnswerError } from './translation.js';

/** Any JSON object, its members unknown. */
export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An answer's member that must be an object where it is present. Throws MalformedAnswerError. */
export function optionalObject(value: unknown, what: string): JsonObject | null {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) throw new MalformedAnswerError(`${what} is not an object`);
  return value;
}

/** An answer's member that must be a list of objects where it is present. Throws MalformedAnswerError. */
export function objectList(value: unknown, what: string): JsonObject[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every(isObject)) {
    throw new MalformedAnswerError(`${what} is not a list of objects`);
  }
  return value;
}

/** An answer's member that must be text where it is present. Throws MalformedAnswerError. */
export function optionalString(value: unknown, what: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw new MalformedAnswerError(`${what} is not a string`);
  return value;
}

/** Throws MalformedAnswerError for anything but a JSON object. */
export function parseObject(text: string, what: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new MalformedAnswerError(`${what} is not JSON`, { cause });
  }
  if (!isObject(value)) throw new MalformedAnswerError(`${what} is not an object`);
  return value;
}

/** JSON text of an answer's value. Throws MalformedAnswerError when it is nested beyond what can be written. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new MalformedAnswerError('an answer is nested too deeply', { cause });
  }
}
