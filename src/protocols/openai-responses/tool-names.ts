import type { CustomTool, FunctionTool, Tool } from '../conversation.js';

/**
 * Codex groups its tools in namespaces; no other protocol has them. A tool's name is its namespace's name, two underscores,
 * its own; a namespace that ends with them already (`mcp__files__`) is put in front as it is.
 */
export function flatToolName(namespace: string | null, name: string): string {
  return namespace === null ? name : `${prefixOf(namespace)}${name}`;
}

/** The two names again, for a tool of this request; any other name is the client's own. */
export function splitToolName(name: string, tools: readonly Tool[]): ToolName {
  const namespace = callableTool(name, tools)?.namespace;
  return namespace === undefined
    ? { name }
    : { name: name.slice(prefixOf(namespace).length), namespace };
}

export interface ToolName {
  readonly name: string;
  readonly namespace?: string;
}

export function callableTool(
  name: string,
  tools: readonly Tool[],
): FunctionTool | CustomTool | undefined {
  return tools.filter((tool) => tool.kind !== 'opaque').find((tool) => tool.name === name);
}

function prefixOf(namespace: string): string {
  return namespace.endsWith('__') ? namespace : `${namespace}__`;
}
