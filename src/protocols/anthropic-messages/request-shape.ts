import type { CacheBreakpoint } from '../conversation.js';
import { InvalidConversationError } from '../translation.js';
import { ShapeReader, type JsonObject } from './shape-reader.js';

export const shape = new ShapeReader(
  (path, message) => new InvalidConversationError(path, message),
);

export function readCache(block: JsonObject, path: string): { cache?: CacheBreakpoint } {
  const control = shape.optional(block['cache_control'], `${path}.cache_control`, shape.object);
  return control ? { cache: { ttl: control['ttl'] === '1h' ? '1h' : '5m' } } : {};
}
