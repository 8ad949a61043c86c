import type { ConversationRequest, ExtraParameter, OutputFormat } from '../conversation.js';
import { UntranslatableError, type EncodedRequest } from '../translation.js';
import { lostInTurns, type TurnPlaces } from '../lost-in-turns.js';
import { limitCacheBreakpoints } from './cache-breakpoints.js';
import { anthropicModel, type AnthropicModel } from './models.js';
import { sanitizeSchema } from './sanitize-schema.js';
import type { JsonObject } from './shape-reader.js';
import { writeSampling } from './write-sampling.js';
import { planThinking } from './write-thinking.js';
import { writeTools } from './write-tools.js';
import { writeTurns } from './write-turns.js';

/** What an answer needs beside the thinking that comes before it. */
const ROOM_FOR_ANSWER = 4096;

/** Parameters of this very protocol that another Anthropic client sent. */
const NATIVE = new Set([
  'max_tokens',
  'mcp_servers',
  'container',
  'context_management',
  'diagnostics',
  'inference_geo',
  'speed',
  'user_profile_id',
  'workspace_id',
  'cache_control',
  'thinking',
  'anthropic_version',
  'anthropic_beta',
]);

const SERVICE_TIERS = new Map([
  ['auto', 'auto'],
  ['flex', 'auto'],
  ['priority', 'auto'],
  ['default', 'standard_only'],
  ['standard_only', 'standard_only'],
]);

/** Writes the body for `/v1/messages`. Throws UntranslatableError where it would ask another question. */
export function encodeAnthropicRequest(request: ConversationRequest): EncodedRequest {
  refuse(request);
  const model = anthropicModel(request.model);
  const turns = writeTurns(request.turns);
  const { tools, choice } = writeTools(request);
  const plan = planThinking(request.reasoning, {
    model,
    maxOutputTokens: request.maxOutputTokens,
    toolForced: choice?.['type'] === 'any' || choice?.['type'] === 'tool',
    loopLacksThinking: turns.loopLacksThinking,
  });
  const thinks = plan.thinking?.type === 'enabled' || plan.thinking?.type === 'adaptive';
  const sampling = writeSampling(request.sampling, model, thinks);
  const format = writeFormat(request.outputFormat, model);
  const tier = SERVICE_TIERS.get(request.serviceTier ?? '');
  const extras = request.extras.filter(isNative);
  const system = [...turns.system, ...format.instructions];
  const budget = plan.thinking?.type === 'enabled' ? plan.thinking.budget_tokens : 0;
  const outputConfig = {
    ...(plan.effort && { effort: plan.effort }),
    ...(format.format && { format: format.format }),
  };
  const body: JsonObject = {
    model: request.model,
    max_tokens:
      request.maxOutputTokens ??
      (model.maxOutputTokens > budget ? model.maxOutputTokens : budget + ROOM_FOR_ANSWER),
    ...(system.length > 0 && { system }),
    messages: turns.messages,
    ...(tools.length > 0 && { tools }),
    ...(choice && { tool_choice: choice }),
    ...(plan.thinking && { thinking: plan.thinking }),
    ...(Object.keys(outputConfig).length > 0 && { output_config: outputConfig }),
    ...sampling.parameters,
    ...(request.endUser !== null && { metadata: { user_id: request.endUser } }),
    ...(tier && { service_tier: tier }),
    ...(request.stream && { stream: true }),
    ...Object.fromEntries(extras.map(({ name, value }) => [name, value])),
  };
  const lostMarks = limitCacheBreakpoints(body);
  return {
    body,
    dropped: [
      ...lostInTurns(request, PLACES),
      ...(lostMarks > 0 ? ['turns.cache'] : []),
      ...turns.dropped,
      ...sampling.dropped,
      ...(plan.dropped ? ['reasoning'] : []),
      ...(format.weakened ? ['outputFormat'] : []),
      ...(request.cacheKey !== null ? ['cacheKey'] : []),
      ...(request.serviceTier !== null && !tier ? ['serviceTier'] : []),
      ...request.extras.filter((extra) => !isNative(extra)).map(({ name }) => name),
    ],
  };
}

/** Thoughts of others would be refused: they carry no signature of Anthropic's. */
const PLACES: TurnPlaces = {
  thinking: (block) =>
    (block.type === 'thinking' ? block.signature : block.data)?.provider === 'anthropic',
  cache: () => true,
  citations: true,
  imageDetail: false,
  documentContext: true,
};

function isNative({ name, protocol }: ExtraParameter): boolean {
  return protocol === 'anthropic-messages' && NATIVE.has(name);
}

function refuse({ candidates, logprobs, extras }: ConversationRequest): void {
  if (candidates !== null && candidates > 1) {
    throw new UntranslatableError('n', 'Anthropic gives one answer');
  }
  if (logprobs) throw new UntranslatableError('logprobs', 'Anthropic gives no log probabilities');
  for (const extra of extras) {
    const { name, essential } = extra;
    if (name === 'logit_bias' || (essential && !isNative(extra))) {
      throw new UntranslatableError(name, `Anthropic knows no ${name}`);
    }
  }
}

interface WrittenFormat {
  readonly format: JsonObject | null;
  readonly instructions: JsonObject[];
  /** Asked for in words only, where the client wanted it enforced. */
  readonly weakened: boolean;
}

function writeFormat(wanted: OutputFormat | null, model: AnthropicModel): WrittenFormat {
  if (!wanted) return { format: null, instructions: [], weakened: false };
  if (wanted.kind === 'json') {
    return { format: null, instructions: [instruction('')], weakened: false };
  }
  const { schema } = wanted;
  if (model.structuredOutput) {
    const format = { type: 'json_schema', schema: sanitizeSchema(schema) };
    return { format, instructions: [], weakened: false };
  }
  const suffix = ` It follows this JSON Schema: ${JSON.stringify(schema)}`;
  return { format: null, instructions: [instruction(suffix)], weakened: true };
}

function instruction(suffix: string): JsonObject {
  const text = `Answer with one JSON object and nothing else: no Markdown, no explanation.${suffix}`;
  return { type: 'text', text };
}
