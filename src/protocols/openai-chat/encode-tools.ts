import type { ConversationRequest, OutputFormat, Tool, ToolChoice } from '../conversation.js';
import { UntranslatableError } from '../translation.js';
import type { Part } from './encode-parts.js';
import type { PeerProfile } from './peer-profile.js';
import type { ToolNames } from './tool-names.js';

/** `tools` and `tool_choice`. Throws UntranslatableError for tools only another provider runs. */
export function encodeTools(
  { tools, toolChoice, parallelToolCalls }: ConversationRequest,
  profile: PeerProfile,
  toolNames: ToolNames,
): Part {
  const allowed =
    toolChoice?.kind === 'allowed' && !profile.supportsAllowedTools ? toolChoice : null;
  const sent = tools.filter(
    (tool) => allowed === null || tool.kind === 'opaque' || allowed.names.includes(tool.name),
  );
  if (sent.length === 0) return {};
  const encoded = sent.map((tool) => encodeTool(tool, profile, toolNames));
  const customs = new Set(tools.filter(({ kind }) => kind === 'custom').map(({ name }) => name));
  const typeOf = (name: string) =>
    customs.has(name) && profile.supportsCustomTools ? 'custom' : 'function';
  return {
    tools: encoded,
    ...(toolChoice && { tool_choice: encodeChoice(toolChoice, profile, toolNames, typeOf) }),
    ...(parallelToolCalls !== null && { parallel_tool_calls: parallelToolCalls }),
  };
}

function encodeTool(tool: Tool, profile: PeerProfile, toolNames: ToolNames): Part {
  switch (tool.kind) {
    case 'function': {
      const { description, strict } = tool;
      return {
        type: 'function',
        function: {
          name: toolNames.shorten(tool.name),
          ...(description !== null && { description }),
          parameters: tool.parameters ?? { type: 'object', properties: {} },
          ...(strict !== null && { strict }),
        },
        ...(tool.cache && profile.cacheMark === 'cache_control'
          ? { cache_control: { type: 'ephemeral' } }
          : {}),
      };
    }
    case 'custom':
      return profile.supportsCustomTools
        ? {
            type: 'custom',
            custom: {
              name: toolNames.shorten(tool.name),
              ...(tool.description !== null && { description: tool.description }),
              ...(tool.format !== null && { format: tool.format }),
            },
          }
        : wrapTool(tool, toolNames);
    case 'opaque':
      if (tool.protocol === 'openai-chat') return tool.value as Part;
      throw new UntranslatableError(
        `tools.${tool.name}`,
        `the tool "${tool.name}" only runs at its provider`,
      );
  }
}

/** A tool of free text becomes a function of one text; the answer is unwrapped again. */
function wrapTool(tool: Extract<Tool, { kind: 'custom' }>, toolNames: ToolNames): Part {
  toolNames.wrap(tool.name);
  const grammar =
    tool.format === null ? '' : `\n\nFormat of the input: ${JSON.stringify(tool.format)}`;
  return {
    type: 'function',
    function: {
      name: toolNames.shorten(tool.name),
      description: (tool.description ?? '') + grammar,
      parameters: {
        type: 'object',
        properties: { input: { type: 'string', description: 'The whole input of the tool.' } },
        required: ['input'],
        additionalProperties: false,
      },
    },
  };
}

function encodeChoice(
  choice: ToolChoice,
  { supportsAllowedTools }: PeerProfile,
  toolNames: ToolNames,
  typeOf: (name: string) => 'custom' | 'function',
): unknown {
  const naming = (name: string) => ({
    type: typeOf(name),
    [typeOf(name)]: { name: toolNames.shorten(name) },
  });
  switch (choice.kind) {
    case 'named':
      return naming(choice.name);
    case 'allowed': {
      const mode = choice.required ? 'required' : 'auto';
      if (!supportsAllowedTools) return mode;
      return { type: 'allowed_tools', allowed_tools: { mode, tools: choice.names.map(naming) } };
    }
    default:
      return choice.kind;
  }
}

/** `response_format`; where a provider knows no schema, JSON is asked for and the schema has to be told in words. */
export function encodeOutputFormat(
  format: OutputFormat | null,
  { supportsJsonSchema }: PeerProfile,
): { body: Part; instruction: string | null } {
  if (format === null) return { body: {}, instruction: null };
  if (format.kind === 'json') return { body: jsonObject(), instruction: null };
  if (!supportsJsonSchema) {
    const instruction = `Answer with JSON only, matching this JSON schema: ${JSON.stringify(format.schema)}`;
    return { body: jsonObject(), instruction };
  }
  const { name, description, schema, strict } = format;
  const inner = {
    name: name ?? 'answer',
    ...(description !== null && { description }),
    schema,
    ...(strict !== null && { strict }),
  };
  return {
    body: { response_format: { type: 'json_schema', json_schema: inner } },
    instruction: null,
  };
}

function jsonObject(): Part {
  return { response_format: { type: 'json_object' } };
}
