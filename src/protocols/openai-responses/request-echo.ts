import type {
  Response,
  ResponseTextConfig,
  Tool as WireTool,
} from 'openai/resources/responses/responses';
import type {
  ConversationRequest,
  CustomTool,
  FunctionTool,
  OutputFormat,
  Tool,
  ToolChoice,
} from '../conversation.js';
import { callableTool, splitToolName } from './tool-names.js';

/** The parameters of the request that a response repeats. */
export type RequestEcho = Pick<
  Response,
  | 'instructions'
  | 'max_output_tokens'
  | 'metadata'
  | 'parallel_tool_calls'
  | 'previous_response_id'
  | 'prompt_cache_key'
  | 'reasoning'
  | 'service_tier'
  | 'temperature'
  | 'text'
  | 'tool_choice'
  | 'tools'
  | 'top_logprobs'
  | 'top_p'
  | 'truncation'
> & { store: boolean; user: string | null };

export function writeRequestEcho(request: ConversationRequest): RequestEcho {
  const { reasoning, sampling, tools } = request;
  return {
    // They stand among the turns now, and a client knows what it said.
    instructions: null,
    max_output_tokens: request.maxOutputTokens,
    metadata: (extra(request, 'metadata') as Response['metadata'] | undefined) ?? {},
    parallel_tool_calls: request.parallelToolCalls ?? true,
    previous_response_id: null,
    prompt_cache_key: request.cacheKey,
    reasoning: { effort: reasoning?.effort ?? null, summary: reasoning?.visible ? 'auto' : null },
    service_tier: request.serviceTier as Response['service_tier'],
    store: false,
    temperature: sampling.temperature,
    text: writeText(request),
    tool_choice: writeToolChoice(request.toolChoice, tools),
    tools: writeTools(tools),
    top_logprobs: request.logprobs?.top ?? 0,
    top_p: sampling.topP,
    truncation: 'disabled',
    user: request.endUser,
  };
}

function extra({ extras }: ConversationRequest, wanted: string): unknown {
  return extras.find(({ name }) => name === wanted)?.value;
}

function writeText(request: ConversationRequest): ResponseTextConfig {
  const verbosity = extra(request, 'verbosity') as ResponseTextConfig['verbosity'];
  const format = writeFormat(request.outputFormat);
  return verbosity === undefined ? { format } : { format, verbosity };
}

function writeFormat(format: OutputFormat | null): NonNullable<ResponseTextConfig['format']> {
  if (format === null) return { type: 'text' };
  if (format.kind === 'json') return { type: 'json_object' };
  const { name, description, schema, strict } = format;
  return {
    type: 'json_schema',
    name: name ?? 'answer',
    schema,
    strict,
    ...(description !== null && { description }),
  };
}

function writeToolChoice(
  choice: ToolChoice | null,
  tools: readonly Tool[],
): Response['tool_choice'] {
  if (choice === null) return 'auto';
  switch (choice.kind) {
    case 'named':
      return writeNamed(choice.name, tools);
    case 'allowed':
      return {
        type: 'allowed_tools',
        mode: choice.required ? 'required' : 'auto',
        tools: choice.names.map((name) => ({ ...writeNamed(name, tools) })),
      };
    default:
      return choice.kind;
  }
}

function writeNamed(name: string, tools: readonly Tool[]) {
  const type = callableTool(name, tools)?.kind ?? ('function' as const);
  return { type, ...splitToolName(name, tools) };
}

/** Namespaces are put together again where their first tool stood. */
function writeTools(tools: readonly Tool[]): WireTool[] {
  const byNamespace = Map.groupBy(tools, (tool, index) =>
    tool.kind === 'opaque' ? index : (tool.namespace ?? index),
  );
  return [...byNamespace].flatMap(([group, members]) =>
    typeof group === 'number'
      ? members.map((tool) => writeTool(tool, tools))
      : [writeNamespace(group, members, tools)],
  );
}

function writeNamespace(name: string, members: readonly Tool[], all: readonly Tool[]): WireTool {
  const tools = members
    .filter((tool) => tool.kind !== 'opaque')
    .map((tool) => writeCallable(tool, all));
  return { type: 'namespace', name, description: '', tools };
}

function writeTool(tool: Tool, all: readonly Tool[]): WireTool {
  return tool.kind === 'opaque' ? (tool.value as WireTool) : writeCallable(tool, all);
}

function writeCallable(tool: FunctionTool | CustomTool, all: readonly Tool[]) {
  const { name } = splitToolName(tool.name, all);
  if (tool.kind === 'custom') {
    const format = (tool.format ?? { type: 'text' }) as { type: 'text' };
    return { type: 'custom' as const, name, description: tool.description ?? '', format };
  }
  const { description, parameters, strict } = tool;
  return { type: 'function' as const, name, description, parameters, strict };
}
