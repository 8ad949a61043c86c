import { isObject, type JsonObject } from './shape-reader.js';

/** The API refuses more. */
const MAX_BREAKPOINTS = 4;

/** Takes the first breakpoints off a body that has too many, and says how many: the last ones cover the longest prefixes. */
export function limitCacheBreakpoints(body: JsonObject): number {
  const messages = listOf(body['messages']).flatMap(({ content }) => listOf(content));
  const blocks = [...listOf(body['tools']), ...listOf(body['system']), ...messages];
  // A breakpoint for the whole request counts as well.
  const allowed = MAX_BREAKPOINTS - (isObject(body['cache_control']) ? 1 : 0);
  const marked = blocks.filter(({ cache_control }) => isObject(cache_control));
  const surplus = marked.slice(0, Math.max(0, marked.length - allowed));
  for (const block of surplus) delete block['cache_control'];
  return surplus.length;
}

function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
