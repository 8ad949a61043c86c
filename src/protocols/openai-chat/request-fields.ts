import { InvalidConversationError } from '../translation.js';
import { asObject, type Json } from './json-values.js';

/** Members of a request, checked. Absent and null are the same to OpenAI. Every one throws InvalidConversationError. */
export function readString(holder: Json, name: string, path = name): string | null {
  const value = holder[name] ?? null;
  if (value === null || typeof value === 'string') return value;
  throw new InvalidConversationError(path, `${path} must be a string`);
}

export function requireString(holder: Json, name: string, path = name): string {
  const value = readString(holder, name, path);
  if (value === null) throw new InvalidConversationError(path, `${path} is missing`);
  return value;
}

export function readNumber(holder: Json, name: string, path = name): number | null {
  const value = holder[name] ?? null;
  if (value === null || (typeof value === 'number' && Number.isFinite(value))) return value;
  throw new InvalidConversationError(path, `${path} must be a number`);
}

/** A count of something: a whole number from `min` on. */
export function readCount(holder: Json, name: string, min: number): number | null {
  const value = readNumber(holder, name);
  if (value === null || (Number.isSafeInteger(value) && value >= min)) return value;
  throw new InvalidConversationError(name, `${name} must be a whole number from ${min} on`);
}

export function readBoolean(holder: Json, name: string, path = name): boolean | null {
  const value = holder[name] ?? null;
  if (value === null || typeof value === 'boolean') return value;
  throw new InvalidConversationError(path, `${path} must be true or false`);
}

export function readObject(holder: Json, name: string, path = name): Json | null {
  const value = holder[name] ?? null;
  if (value === null) return null;
  return requireObject(value, path);
}

export function requireObject(value: unknown, path: string): Json {
  const object = asObject(value);
  if (object === null) throw new InvalidConversationError(path, `${path} must be an object`);
  return object;
}

export function readList(holder: Json, name: string, path = name): readonly unknown[] | null {
  const value = holder[name] ?? null;
  if (value === null || Array.isArray(value)) return value;
  throw new InvalidConversationError(path, `${path} must be a list`);
}
