import { InvalidConversationError } from '../translation.js';

export type Fields = Readonly<Record<string, unknown>>;

/** Readers of a request's members. Null and absent mean the same; a wrong type is named by its whole path. */
export function requiredText(fields: Fields, name: string, path: string): string {
  return optionalText(fields, name, path) ?? refuse(join(path, name), 'is required');
}

export function optionalText(fields: Fields, name: string, path: string): string | null {
  const value = fields[name] ?? null;
  if (value === null || typeof value === 'string') return value;
  return refuse(join(path, name), 'must be a string');
}

export function optionalNumber(fields: Fields, name: string, path: string): number | null {
  const value = fields[name] ?? null;
  if (value === null || (typeof value === 'number' && Number.isFinite(value))) return value;
  return refuse(join(path, name), 'must be a number');
}

export function optionalBoolean(fields: Fields, name: string, path: string): boolean | null {
  const value = fields[name] ?? null;
  if (value === null || typeof value === 'boolean') return value;
  return refuse(join(path, name), 'must be true or false');
}

export function optionalFields(fields: Fields, name: string, path: string): Fields | null {
  const value = fields[name] ?? null;
  return value === null ? null : asFields(value, join(path, name));
}

export function optionalList(fields: Fields, name: string, path: string): readonly unknown[] {
  const value = fields[name] ?? null;
  if (value === null) return [];
  return Array.isArray(value) ? value : refuse(join(path, name), 'must be an array');
}

export function asFields(value: unknown, path: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  return refuse(path, 'must be an object');
}

export function refuse(path: string, what: string): never {
  throw new InvalidConversationError(path, `${path} ${what}`);
}

export function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
