import type { ConversationRequest, CustomTool, FunctionTool, Tool } from '../conversation.js';
import { UntranslatableError } from '../translation.js';
import { sanitizeSchema } from './sanitize-schema.js';
import { isObject, type JsonObject } from './shape-reader.js';
import { anthropicToolName } from './tool-name.js';
import { writeCache } from './write-request-block.js';

export interface WrittenTools {
  readonly tools: JsonObject[];
  readonly choice: JsonObject | null;
}

/** Tools and how they may be used; none at all when the choice could not be obeyed without. Throws UntranslatableError. */
export function writeTools({
  tools,
  toolChoice,
  parallelToolCalls,
  turns,
}: ConversationRequest): WrittenTools {
  if (tools.length === 0) return pastTools(turns);
  const allowed = toolChoice?.kind === 'allowed' ? new Set(toolChoice.names) : null;
  const offered = allowed ? tools.filter(({ name }) => allowed.has(name)) : tools;
  return {
    tools: offered.map(writeTool),
    choice: offered.length === 0 ? null : writeChoice(toolChoice, parallelToolCalls),
  };
}

/** Calls in the history must have a tool they could be calls of, even where none is offered any more. */
function pastTools(turns: ConversationRequest['turns']): WrittenTools {
  const names = turns.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.type === 'tool_use' ? [anthropicToolName(block.name)] : [])),
  );
  const tools = [...new Set(names)].map((name) => ({
    name,
    input_schema: { type: 'object', properties: {} },
  }));
  return { tools, choice: tools.length > 0 ? { type: 'none' } : null };
}

function writeTool(tool: Tool): JsonObject {
  switch (tool.kind) {
    case 'function':
      return writeFunction(tool);
    case 'custom':
      return writeCustom(tool);
    case 'opaque':
      if (tool.protocol === 'anthropic-messages' && isObject(tool.value)) return { ...tool.value };
      throw new UntranslatableError('tools', `Anthropic has no tool "${tool.name}"`);
  }
}

function writeFunction({ name, description, parameters, strict, cache }: FunctionTool): JsonObject {
  return {
    name: anthropicToolName(name),
    ...(description !== null && { description }),
    input_schema: inputSchema(parameters ?? {}, strict === true),
    ...(strict !== null && { strict }),
    ...writeCache(cache),
  };
}

/** Anthropic's tools take an object; a custom tool's text is its only member. */
function writeCustom({ name, description, format }: CustomTool): JsonObject {
  const grammar = isObject(format) ? { description: `Format: ${JSON.stringify(format)}` } : {};
  return {
    name: anthropicToolName(name),
    ...(description !== null && { description }),
    input_schema: {
      type: 'object',
      properties: { input: { type: 'string', ...grammar } },
      required: ['input'],
    },
  };
}

/** The API wants an object at the top, with no alternatives; only a strict tool's schema is enforced, and limited, beyond. */
function inputSchema(parameters: JsonObject, strict: boolean): JsonObject {
  const { anyOf, oneOf, allOf, ...rest } = parameters;
  const variants = [anyOf, oneOf, allOf].flat().filter(isObject);
  const properties = variants.map((variant) => variant['properties']).filter(isObject);
  const own = isObject(rest['properties']) ? rest['properties'] : {};
  const schema = {
    ...rest,
    type: 'object',
    properties: Object.fromEntries(
      [...properties, own].flatMap((members) => Object.entries(members)),
    ),
    ...(variants.length > 0 && {
      description: [rest['description'], `One of: ${JSON.stringify(variants)}`]
        .filter(Boolean)
        .join('\n\n'),
    }),
  };
  return strict ? sanitizeSchema(schema) : schema;
}

function writeChoice(
  choice: ConversationRequest['toolChoice'],
  parallel: boolean | null,
): JsonObject | null {
  if (choice?.kind === 'none') return { type: 'none' };
  const serial = parallel === false && { disable_parallel_tool_use: true };
  switch (choice?.kind) {
    case 'required':
      return { type: 'any', ...serial };
    case 'named':
      return { type: 'tool', name: anthropicToolName(choice.name), ...serial };
    case 'allowed':
      return { type: choice.required ? 'any' : 'auto', ...serial };
    default:
      return choice || serial ? { type: 'auto', ...serial } : null;
  }
}
