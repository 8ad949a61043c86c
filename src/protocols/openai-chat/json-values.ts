/** JSON that nobody has checked yet. */
export type Json = Record<string, unknown>;

export function asObject(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : null;
}

/** Empty for everything that is not a string. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The objects of a list; whatever else stands in it, or is no list, is nothing. */
export function objectsIn(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter((item) => asObject(item) !== null) : [];
}
