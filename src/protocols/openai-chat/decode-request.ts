import type {
  ConversationRequest,
  Effort,
  ExtraParameter,
  OutputFormat,
  Reasoning,
  Sampling,
} from '../conversation.js';
import { InvalidConversationError } from '../translation.js';
import { decodeMessages } from './decode-messages.js';
import { decodeTools, decodeToolChoice } from './decode-tools.js';
import { asObject, objectsIn, type Json } from './json-values.js';
import {
  readBoolean,
  readCount,
  readList,
  readNumber,
  readObject,
  readString,
  requireObject,
  requireString,
} from './request-fields.js';

const EFFORTS: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** Parameters with a place of their own in the internal form, and `stream_options`, which is between client and gateway. */
const PLACED = new Set(
  `model messages stream stream_options tools functions tool_choice function_call parallel_tool_calls
  max_tokens max_completion_tokens temperature top_p top_k frequency_penalty presence_penalty seed stop
  reasoning_effort reasoning thinking enable_thinking thinking_budget include_reasoning response_format n logprobs
  top_logprobs user safety_identifier prompt_cache_key service_tier`.split(/\s+/),
);

/** Without these the answer is to another question: other words, another medium, other knowledge. */
const ESSENTIAL = new Set(
  `logit_bias audio web_search_options web_search search_parameters plugins grammar guided_json guided_regex
  guided_choice guided_grammar structured_outputs`.split(/\s+/),
);

/** Reads the body of `POST /v1/chat/completions`. Throws InvalidConversationError. */
export function decodeOpenAiChatRequest(body: Json): ConversationRequest {
  return {
    model: requireString(body, 'model'),
    stream: readBoolean(body, 'stream') ?? false,
    turns: decodeMessages(body),
    tools: decodeTools(body),
    toolChoice: decodeToolChoice(body),
    parallelToolCalls: readBoolean(body, 'parallel_tool_calls'),
    maxOutputTokens:
      readCount(body, 'max_completion_tokens', 1) ?? readCount(body, 'max_tokens', 1),
    sampling: decodeSampling(body),
    reasoning: decodeReasoning(body),
    outputFormat: decodeOutputFormat(body),
    candidates: readCount(body, 'n', 1),
    logprobs: decodeLogprobs(body),
    endUser: readString(body, 'safety_identifier') ?? readString(body, 'user'),
    cacheKey: readString(body, 'prompt_cache_key'),
    serviceTier: readString(body, 'service_tier'),
    extras: decodeExtras(body),
  };
}

export function decodeSampling(body: Json): Sampling {
  return {
    temperature: readNumber(body, 'temperature'),
    topP: readNumber(body, 'top_p'),
    topK: readNumber(body, 'top_k'),
    frequencyPenalty: readNumber(body, 'frequency_penalty'),
    presencePenalty: readNumber(body, 'presence_penalty'),
    seed: readNumber(body, 'seed'),
    stop: decodeStop(body['stop'] ?? []),
  };
}

function decodeStop(stop: unknown): string[] {
  const list: unknown[] = Array.isArray(stop) ? stop : [stop];
  if (list.every((item) => typeof item === 'string')) return list;
  throw new InvalidConversationError('stop', 'stop must be a string or a list of strings');
}

/** `reasoning_effort`, or the words of OpenRouter (`reasoning`), DeepSeek (`thinking`) and Qwen (`enable_thinking`). */
function decodeReasoning(body: Json): Reasoning | null {
  const router = readObject(body, 'reasoning');
  const thinking = readObject(body, 'thinking');
  const effort = readEffort(body['reasoning_effort'] ?? router?.['effort'] ?? null);
  const budgetTokens =
    readCount(body, 'thinking_budget', 0) ??
    (router && readNumber(router, 'max_tokens', 'reasoning.max_tokens')) ??
    (thinking && readNumber(thinking, 'budget_tokens', 'thinking.budget_tokens'));
  const enabled = readBoolean(body, 'enable_thinking') ?? router?.['enabled'] ?? null;
  const type = thinking?.['type'] ?? null;
  if ([effort, budgetTokens, enabled, type].every((value) => value === null) && !router)
    return null;
  const isOff = effort === 'none' || enabled === false || type === 'disabled';
  const mode = isOff ? 'disabled' : type === 'adaptive' ? 'adaptive' : 'enabled';
  const include = readBoolean(body, 'include_reasoning');
  return { effort, budgetTokens, mode, visible: router?.['exclude'] === true ? false : include };
}

function readEffort(value: unknown): Effort | null {
  if (value === null) return null;
  const effort = EFFORTS.find((known) => known === value);
  if (effort !== undefined) return effort;
  throw new InvalidConversationError(
    'reasoning_effort',
    `reasoning_effort must be one of ${EFFORTS.join(', ')}`,
  );
}

function decodeOutputFormat(body: Json): OutputFormat | null {
  const format = readObject(body, 'response_format');
  switch (format?.['type']) {
    case undefined:
    case 'text':
      return null;
    case 'json_object':
      return { kind: 'json' };
    case 'json_schema': {
      const path = 'response_format.json_schema';
      const inner = requireObject(format['json_schema'], path);
      return {
        kind: 'json_schema',
        name: readString(inner, 'name', `${path}.name`),
        description: readString(inner, 'description', `${path}.description`),
        schema: readObject(inner, 'schema', `${path}.schema`) ?? {},
        strict: readBoolean(inner, 'strict', `${path}.strict`),
      };
    }
    default:
      throw new InvalidConversationError('response_format.type', 'response_format.type is unknown');
  }
}

function decodeLogprobs(body: Json): { top: number } | null {
  const top = readCount(body, 'top_logprobs', 0);
  return readBoolean(body, 'logprobs') === true ? { top: top ?? 0 } : null;
}

/** Everything else, by its own name. A participant's name has no place in a turn; it goes by `messages.name`. */
function decodeExtras(body: Json): ExtraParameter[] {
  const extras = Object.entries(body)
    .filter(([name, value]) => !PLACED.has(name) && value !== null && value !== undefined)
    .map(([name, value]) => ({ name, value, essential: isEssential(name, value) }));
  const names = objectsIn(readList(body, 'messages'))
    .filter(({ role }) => role !== 'function' && role !== 'tool')
    .map(({ name }) => name)
    .filter((name) => typeof name === 'string');
  return names.length === 0
    ? extras
    : [...extras, { name: 'messages.name', value: names, essential: false }];
}

function isEssential(name: string, value: unknown): boolean {
  if (name === 'modalities') return JSON.stringify(value) !== '["text"]';
  if (name === 'logit_bias') return Object.keys(asObject(value) ?? {}).length > 0;
  return ESSENTIAL.has(name);
}
