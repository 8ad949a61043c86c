export type JsonObject = Record<string, unknown>;

type Read<T> = (value: unknown, path: string) => T;

/** Reads parsed JSON of unknown shape; what is not as expected is reported with its path, the way the API itself names it. */
export class ShapeReader {
  constructor(private readonly failure: (path: string, message: string) => Error) {}

  readonly object: Read<JsonObject> = (value, path) => {
    if (isObject(value)) return value;
    throw this.expected(path, 'an object');
  };

  readonly array: Read<unknown[]> = (value, path) => {
    if (Array.isArray(value)) return value;
    throw this.expected(path, 'an array');
  };

  readonly string: Read<string> = (value, path) => {
    if (typeof value === 'string') return value;
    throw this.expected(path, 'a string');
  };

  readonly number: Read<number> = (value, path) => {
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.expected(path, 'a number');
  };

  readonly boolean: Read<boolean> = (value, path) => {
    if (typeof value === 'boolean') return value;
    throw this.expected(path, 'a boolean');
  };

  /** Null for what is absent: absent and null mean the same in this protocol. */
  optional<T>(value: unknown, path: string, read: Read<T>): T | null {
    return value === undefined || value === null ? null : read(value, path);
  }

  expected(path: string, what: string): Error {
    return this.failure(path, `${path}: expected ${what}`);
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
