import type {
  FunctionCallingConfigMode,
  FunctionDeclaration,
  Tool as GeminiTool,
  ToolConfig,
} from '@google/genai';
import type {
  ConversationRequest,
  CustomTool,
  FunctionTool,
  OpaqueTool,
  Tool,
} from '../conversation.js';
import { isObject, type JsonObject } from '../read-json.js';
import { UntranslatableError } from '../translation.js';
import { modelGeneration } from './model-generation.js';
import { toOpenApiSchema } from './schema.js';
import { encodeToolName } from './tool-names.js';

interface EncodedTools {
  /** `tools` and `toolConfig`, where there are any. */
  readonly members: JsonObject;
  readonly dropped: readonly string[];
}

/** All functions go into one tool: Gemini takes a second one for a conflict. Throws UntranslatableError. */
export function encodeTools(request: ConversationRequest): EncodedTools {
  const { model, toolChoice } = request;
  const generation = modelGeneration(model);
  const offered = allowedTools(request);
  const declarations = offered
    .filter((tool) => tool.kind !== 'opaque')
    .map((tool) => declare(tool, generation));
  const own = offered.filter((tool) => tool.kind === 'opaque').map(providerTool);
  const functions = declarations.length > 0 ? [{ functionDeclarations: declarations }] : [];
  const tools: GeminiTool[] = [...functions, ...own];
  if (tools.length === 0) return { members: {}, dropped: [] };
  const isMixed = functions.length > 0 && own.length > 0;
  if (isMixed && generation < 3) {
    throw new UntranslatableError('tools', `${model} cannot use its own tools beside functions`);
  }
  const toolConfig = {
    ...(functions.length > 0 && toolChoice && { functionCallingConfig: choose(toolChoice) }),
    ...(isMixed && { includeServerSideToolInvocations: true }),
  } satisfies Partial<Record<keyof ToolConfig, unknown>>;
  const hasConfig = Object.keys(toolConfig).length > 0;
  return { members: { tools, ...(hasConfig && { toolConfig }) }, dropped: droppedOf(offered) };
}

/** Names can be allowed only together with a call that must come; where none need come, the others are not declared. */
function allowedTools({ tools, toolChoice }: ConversationRequest): readonly Tool[] {
  if (toolChoice?.kind !== 'allowed' || toolChoice.required) return tools;
  return tools.filter(({ name }) => toolChoice.names.includes(name));
}

function declare(tool: FunctionTool | CustomTool, generation: number): FunctionDeclaration {
  const { name, description } = tool;
  return {
    name: encodeToolName(name),
    ...(description !== null && { description }),
    ...encodeParameters(tool.kind === 'custom' ? TEXT_INPUT : tool.parameters, generation),
  };
}

/** Free text is asked for as the only argument. */
const TEXT_INPUT = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
};

/** A function without parameters has no schema at all: an object without properties is refused. */
function encodeParameters(
  parameters: JsonObject | null,
  generation: number,
): Partial<FunctionDeclaration> {
  const { $schema: _, ...schema } = parameters ?? {};
  const { properties } = schema;
  const isEmpty = isObject(properties)
    ? Object.keys(properties).length === 0
    : !['$ref', 'anyOf', 'oneOf', 'allOf', 'additionalProperties'].some((key) => schema[key]);
  if (isEmpty) return {};
  const typed = { type: 'object', ...schema };
  return generation >= 2.5
    ? { parametersJsonSchema: typed }
    : { parameters: toOpenApiSchema(typed) };
}

interface CallingConfig {
  mode: `${FunctionCallingConfigMode}`;
  allowedFunctionNames?: string[];
}

function choose(choice: NonNullable<ConversationRequest['toolChoice']>): CallingConfig {
  switch (choice.kind) {
    case 'auto':
      return { mode: 'AUTO' };
    case 'none':
      return { mode: 'NONE' };
    case 'required':
      return { mode: 'ANY' };
    case 'named':
      return { mode: 'ANY', allowedFunctionNames: [encodeToolName(choice.name)] };
    case 'allowed':
      return choice.required
        ? { mode: 'ANY', allowedFunctionNames: choice.names.map(encodeToolName) }
        : { mode: 'AUTO' };
  }
}

const WEB_SEARCH = /^web_search/;

function providerTool({ protocol, name, value }: OpaqueTool): GeminiTool {
  if (protocol === 'gemini' && isObject(value)) return value;
  if (WEB_SEARCH.test(name)) return { googleSearch: {} };
  throw new UntranslatableError('tools', `Gemini has no tool like ${name}`);
}

/** What a search was told beyond to search: domains, how often, from where. */
function droppedOf(tools: readonly Tool[]): string[] {
  return tools
    .filter((tool) => tool.kind === 'opaque')
    .filter(({ protocol, value }) => protocol !== 'gemini' && hasOptions(value))
    .map(({ name }) => `tools.${name}`);
}

function hasOptions(value: unknown): boolean {
  return isObject(value) && Object.keys(value).some((key) => key !== 'type' && key !== 'name');
}
