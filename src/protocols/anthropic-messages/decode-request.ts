import type {
  Block,
  ConversationRequest,
  ExtraParameter,
  OutputFormat,
  Role,
  Tool,
  ToolChoice,
  Turn,
} from '../conversation.js';
import { InvalidConversationError } from '../translation.js';
import { readReasoning } from './read-reasoning.js';
import { readContent } from './read-request-blocks.js';
import { readCache, shape } from './request-shape.js';
import type { JsonObject } from './shape-reader.js';

/** Parameters with a place of their own in the internal form. */
const KNOWN = new Set([
  'model',
  'messages',
  'system',
  'max_tokens',
  'stream',
  'tools',
  'tool_choice',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'thinking',
  'output_config',
  'output_format',
  'metadata',
  'service_tier',
]);

const PROTOCOL = 'anthropic-messages' as const;
const KNOWN_OF_TOOLS = new Set([
  'type',
  'name',
  'description',
  'input_schema',
  'strict',
  'cache_control',
]);
/** Without these another question would be answered. */
const ESSENTIAL = new Set(['mcp_servers', 'container', 'compaction']);

/** Reads the body of `/v1/messages` and of `/v1/messages/count_tokens`. Throws InvalidConversationError. */
export function decodeAnthropicRequest(body: Record<string, unknown>): ConversationRequest {
  refuseThread(body);
  const outputConfig = shape.optional(body['output_config'], 'output_config', shape.object) ?? {};
  const metadata = shape.optional(body['metadata'], 'metadata', shape.object) ?? {};
  const choice = shape.optional(body['tool_choice'], 'tool_choice', shape.object);
  const serial = shape.optional(
    choice?.['disable_parallel_tool_use'],
    'tool_choice.disable_parallel_tool_use',
    shape.boolean,
  );
  return {
    model: shape.string(body['model'], 'model'),
    stream: shape.optional(body['stream'], 'stream', shape.boolean) ?? false,
    turns: readTurns(body),
    tools: (shape.optional(body['tools'], 'tools', shape.array) ?? []).map(readTool),
    toolChoice: choice && readToolChoice(choice),
    parallelToolCalls: serial === null ? null : !serial,
    maxOutputTokens: shape.optional(body['max_tokens'], 'max_tokens', shape.number),
    sampling: {
      temperature: shape.optional(body['temperature'], 'temperature', shape.number),
      topP: shape.optional(body['top_p'], 'top_p', shape.number),
      topK: shape.optional(body['top_k'], 'top_k', shape.number),
      frequencyPenalty: null,
      presencePenalty: null,
      seed: null,
      stop: (shape.optional(body['stop_sequences'], 'stop_sequences', shape.array) ?? []).map(
        (item, index) => shape.string(item, `stop_sequences.${index}`),
      ),
    },
    reasoning: readReasoning(body['thinking'], outputConfig),
    // `output_format` is the name it had in beta.
    outputFormat:
      shape.optional(outputConfig['format'], 'output_config.format', readFormat) ??
      shape.optional(body['output_format'], 'output_format', readFormat),
    candidates: null,
    logprobs: null,
    endUser: shape.optional(metadata['user_id'], 'metadata.user_id', shape.string),
    cacheKey: null,
    serviceTier: shape.optional(body['service_tier'], 'service_tier', shape.string),
    extras: readExtras(body),
  };
}

/** Of a thread only the new turns are sent: Anthropic has the others, and nobody else. */
function refuseThread({ thread }: JsonObject): void {
  if (thread === null || thread === undefined) return;
  throw new InvalidConversationError(
    'thread',
    'thread: the gateway keeps no state between requests, nor does the provider of this model; send the whole conversation',
  );
}

function readTurns(body: JsonObject): Turn[] {
  const messages = shape.array(body['messages'], 'messages').map((item, index) => {
    const message = shape.object(item, `messages.${index}`);
    return {
      role: readRole(message['role'], `messages.${index}.role`),
      blocks: readContent(message['content'], `messages.${index}.content`),
    };
  });
  const system = shape.optional(body['system'], 'system', readContent);
  if (!system) return messages;
  return [
    { role: 'system', blocks: system.filter((block) => !isBillingHeader(block)) },
    ...messages,
  ];
}

/** Claude Code's first words differ in every request: no other provider could cache what follows, nor has a use for them. */
function isBillingHeader(block: Block): boolean {
  return block.type === 'text' && block.text.startsWith('x-anthropic-billing-header:');
}

function readRole(value: unknown, path: string): Role {
  if (value === 'user' || value === 'assistant' || value === 'system') return value;
  throw shape.expected(path, 'user, assistant or system');
}

function readTool(value: unknown, index: number): Tool {
  const path = `tools.${index}`;
  const tool = shape.object(value, path);
  const type = shape.optional(tool['type'], `${path}.type`, shape.string) ?? 'custom';
  const name = shape.optional(tool['name'], `${path}.name`, shape.string);
  if (type !== 'custom') {
    return { kind: 'opaque', protocol: 'anthropic-messages', name: name ?? type, value: tool };
  }
  return {
    kind: 'function',
    name: shape.string(name, `${path}.name`),
    description: shape.optional(tool['description'], `${path}.description`, shape.string),
    parameters: shape.optional(tool['input_schema'], `${path}.input_schema`, shape.object),
    strict: shape.optional(tool['strict'], `${path}.strict`, shape.boolean),
    ...readCache(tool, path),
  };
}

function readToolChoice(choice: JsonObject): ToolChoice {
  switch (choice['type']) {
    case 'auto':
    case 'none':
      return { kind: choice['type'] };
    case 'any':
      return { kind: 'required' };
    case 'tool':
      return { kind: 'named', name: shape.string(choice['name'], 'tool_choice.name') };
    default:
      throw shape.expected('tool_choice.type', 'auto, any, tool or none');
  }
}

function readFormat(value: unknown, path: string): OutputFormat {
  const format = shape.object(value, path);
  if (format['type'] !== 'json_schema') throw shape.expected(`${path}.type`, 'json_schema');
  return {
    kind: 'json_schema',
    name: null,
    description: null,
    schema: shape.object(format['schema'], `${path}.schema`),
    strict: null,
  };
}

function readExtras(body: JsonObject): ExtraParameter[] {
  const own = Object.entries(body)
    .filter(([name, value]) => !KNOWN.has(name) && value !== null && value !== undefined)
    .map(([name, value]) => ({ name, value, essential: ESSENTIAL.has(name), protocol: PROTOCOL }));
  const extras = [...own, ...warmUp(body), ...toolExtras(body['tools'])];
  const thinking = body['thinking'] as { type?: unknown } | null | undefined;
  // Thinking between tool calls only: no other provider can be asked for it.
  return thinking?.type === 'between_tools'
    ? [...extras, { name: 'thinking', value: thinking, essential: false, protocol: PROTOCOL }]
    : extras;
}

/** To read the prompt into the cache and answer nothing: no other provider can be asked for that. */
function warmUp({ max_tokens: limit }: JsonObject): ExtraParameter[] {
  return limit === 0 ? [{ name: 'max_tokens', value: 0, essential: true, protocol: PROTOCOL }] : [];
}

/** What only Anthropic does with a tool: examples, loading it later, calling it from code. */
function toolExtras(tools: unknown): ExtraParameter[] {
  const found = new Map<string, unknown>();
  for (const tool of Array.isArray(tools) ? (tools as JsonObject[]) : []) {
    if ((tool['type'] ?? 'custom') !== 'custom') continue;
    for (const [name, value] of Object.entries(tool)) {
      if (!KNOWN_OF_TOOLS.has(name) && value !== null) found.set(`tools.${name}`, value);
    }
  }
  return [...found].map(([name, value]) => ({ name, value, essential: false }));
}
