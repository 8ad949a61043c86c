import { isObject } from '../read-json.js';
import { tokenCount, type ServerToolUse } from '../token-usage.js';

/** A member of a response; it may be anything, or not there. */
export type ReadMember = (name: string) => unknown;

/**
 * How often the provider searched the web. OpenAI counts what is billed in `tool_usage`, xAI in the usage itself; elsewhere
 * the searches among the output are all there is.
 */
export function readWebSearches(
  usage: object,
  member: ReadMember,
): { serverTools?: ServerToolUse } {
  const counted =
    inside(inside(usage, 'server_side_tool_usage_details'), 'web_search_calls') ??
    inside(inside(member('tool_usage'), 'web_search'), 'num_requests');
  return asServerTools(counted === undefined ? searchesIn(member('output')) : tokenCount(counted));
}

export function asServerTools(webSearches: number): { serverTools?: ServerToolUse } {
  return webSearches > 0 ? { serverTools: { webSearches, webFetches: 0 } } : {};
}

/** Opening a page and looking for words in it are calls of the same tool, but cost nothing. */
export function isWebSearch(item: unknown): boolean {
  if (!isObject(item) || item['type'] !== 'web_search_call') return false;
  const action = inside(item['action'], 'type') ?? 'search';
  // Azure leaves those that are done at `searching`.
  return action === 'search' && ['completed', 'searching'].includes(String(item['status']));
}

function searchesIn(output: unknown): number {
  return Array.isArray(output) ? output.filter(isWebSearch).length : 0;
}

function inside(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}
