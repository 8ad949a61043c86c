import type { Tool as WireTool } from 'openai/resources/responses/responses';
import type { CustomTool, ExtraParameter, FunctionTool, Tool } from '../conversation.js';
import {
  asFields,
  join,
  optionalBoolean,
  optionalFields,
  optionalList,
  optionalText,
  refuse,
  requiredText,
  type Fields,
} from './request-fields.js';
import { flatToolName } from './tool-names.js';

export interface DecodedTools {
  readonly tools: readonly Tool[];
  /** The tools an answer can do without, by `tools.` and their type. */
  readonly extras: readonly ExtraParameter[];
}

/**
 * Tools of OpenAI's servers that Codex offers with every request. A model elsewhere cannot call them and answers without them;
 * the other server tools bring data or a machine of the client's, and there is no answer without those.
 */
const DISPENSABLE: ReadonlySet<string> = new Set<WireTool['type'] | 'web_search'>([
  'web_search',
  'web_search_2025_08_26',
  'web_search_preview',
  'web_search_preview_2025_03_11',
  'image_generation',
  'tool_search',
  'programmatic_tool_calling',
]);

/** The request's tools and those that `additional_tools` items bring along. Throws InvalidConversationError. */
export function decodeTools(body: Fields): DecodedTools {
  const tools: Tool[] = [];
  const extras: ExtraParameter[] = [];
  for (const { value, path } of offeredTools(body)) {
    const fields = asFields(value, path);
    const type = requiredText(fields, 'type', path);
    if (type === 'namespace') {
      tools.push(...decodeNamespace(fields, path));
      const { description } = fields;
      if (description) extras.push(dispensable('tools.namespace.description', description));
    } else if (DISPENSABLE.has(type)) extras.push(dispensable(`tools.${type}`, value));
    else tools.push(decodeTool(fields, path));
  }
  refuseSameNames(tools);
  return { tools, extras };
}

function offeredTools(body: Fields): { value: unknown; path: string }[] {
  const input = Array.isArray(body['input']) ? (body['input'] as (Fields | null)[]) : [];
  const holders = input.flatMap((item, index) =>
    item?.['type'] === 'additional_tools' ? [{ holder: item, path: `input[${index}]` }] : [],
  );
  return [{ holder: body, path: '' }, ...holders].flatMap(({ holder, path }) =>
    optionalList(holder, 'tools', path).map((value, index) => ({
      value,
      path: `${join(path, 'tools')}[${index}]`,
    })),
  );
}

function decodeNamespace(fields: Fields, path: string): Tool[] {
  const namespace = requiredText(fields, 'name', path);
  return optionalList(fields, 'tools', path).map((value, index) => {
    const inside = `${path}.tools[${index}]`;
    const tool = decodeTool(asFields(value, inside), inside);
    if (tool.kind === 'opaque') return tool;
    return { ...tool, name: flatToolName(namespace, tool.name), namespace };
  });
}

function decodeTool(fields: Fields, path: string): Tool {
  const type = requiredText(fields, 'type', path);
  if (type === 'function') return decodeFunction(fields, path);
  if (type === 'custom') return decodeCustom(fields, path);
  return { kind: 'opaque', protocol: 'openai-responses', name: type, value: fields };
}

function decodeFunction(fields: Fields, path: string): FunctionTool {
  return {
    kind: 'function',
    name: requiredText(fields, 'name', path),
    description: optionalText(fields, 'description', path),
    parameters: optionalFields(fields, 'parameters', path),
    strict: optionalBoolean(fields, 'strict', path),
  };
}

function decodeCustom(fields: Fields, path: string): CustomTool {
  const format = optionalFields(fields, 'format', path);
  return {
    kind: 'custom',
    name: requiredText(fields, 'name', path),
    description: optionalText(fields, 'description', path),
    format: format?.['type'] === 'text' ? null : format,
  };
}

/** Two tools under one name could not be told apart when they are called. */
function refuseSameNames(tools: readonly Tool[]): void {
  const names = new Set<string>();
  for (const tool of tools) {
    if (tool.kind === 'opaque') continue;
    if (names.has(tool.name)) refuse('tools', `has two tools of the name ${tool.name}`);
    names.add(tool.name);
  }
}

function dispensable(name: string, value: unknown): ExtraParameter {
  return { name, value, essential: false };
}
