import type { ResponseCreateParamsBase } from 'openai/resources/responses/responses';
import type { ConversationRequest, Effort, OutputFormat, Reasoning } from '../conversation.js';
import { InvalidConversationError, type RequestDecoder } from '../translation.js';
import { decodeExtras } from './decode-extras.js';
import { decodeTurns } from './decode-items.js';
import { decodeToolChoice } from './decode-tool-choice.js';
import { decodeTools } from './decode-tools.js';
import {
  optionalBoolean,
  optionalFields,
  optionalList,
  optionalNumber,
  optionalText,
  refuse,
  requiredText,
  type Fields,
} from './request-fields.js';

/** What needs a memory of earlier answers, which the gateway does not have. */
const STATEFUL: readonly (keyof ResponseCreateParamsBase)[] = [
  'previous_response_id',
  'conversation',
  'background',
  'prompt',
];

/** Reads the body of `POST /v1/responses`, as far as it is stateless. Throws InvalidConversationError. */
export const decodeResponsesRequest: RequestDecoder = (body): ConversationRequest => {
  refuseState(body);
  const model = requiredText(body, 'model', '');
  const { tools, extras: serverTools } = decodeTools(body);
  const { toolChoice, extras: impossibleChoice } = decodeToolChoice(body['tool_choice'], tools);
  return {
    model,
    stream: optionalBoolean(body, 'stream', '') ?? false,
    turns: decodeTurns(optionalText(body, 'instructions', ''), body['input']),
    tools,
    toolChoice,
    parallelToolCalls: optionalBoolean(body, 'parallel_tool_calls', ''),
    maxOutputTokens: optionalNumber(body, 'max_output_tokens', ''),
    sampling: {
      temperature: optionalNumber(body, 'temperature', ''),
      topP: optionalNumber(body, 'top_p', ''),
      topK: null,
      frequencyPenalty: null,
      presencePenalty: null,
      seed: null,
      stop: [],
    },
    reasoning: decodeReasoning(optionalFields(body, 'reasoning', '')),
    outputFormat: decodeFormat(optionalFields(body, 'text', '')),
    candidates: null,
    logprobs: decodeLogprobs(body),
    endUser: optionalText(body, 'user', '') ?? optionalText(body, 'safety_identifier', ''),
    cacheKey: optionalText(body, 'prompt_cache_key', ''),
    serviceTier: optionalText(body, 'service_tier', ''),
    extras: [...decodeExtras(body), ...serverTools, ...impossibleChoice],
  };
};

function refuseState(body: Fields): void {
  for (const name of STATEFUL) {
    const value = body[name] ?? false;
    if (value !== false) {
      throw new InvalidConversationError(
        name,
        `${name} is not supported: the gateway keeps no state between requests; send the whole conversation in input`,
      );
    }
  }
}

const EFFORTS: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** Without an effort the model decides how much it thinks, as OpenAI's do. */
function decodeReasoning(fields: Fields | null): Reasoning | null {
  if (fields === null) return null;
  const word = optionalText(fields, 'effort', 'reasoning');
  const effort = EFFORTS.find((known) => known === word) ?? null;
  if (word !== null && effort === null) return refuse('reasoning.effort', 'is not a known effort');
  const summary = fields['summary'] ?? fields['generate_summary'] ?? null;
  return {
    effort,
    budgetTokens: null,
    mode: effort === 'none' ? 'disabled' : effort === null ? 'adaptive' : 'enabled',
    visible: summary === null ? null : summary !== 'none',
  };
}

function decodeFormat(text: Fields | null): OutputFormat | null {
  const format = text && optionalFields(text, 'format', 'text');
  if (!format) return null;
  switch (requiredText(format, 'type', 'text.format')) {
    case 'text':
      return null;
    case 'json_object':
      return { kind: 'json' };
    case 'json_schema':
      return {
        kind: 'json_schema',
        name: optionalText(format, 'name', 'text.format'),
        description: optionalText(format, 'description', 'text.format'),
        schema:
          optionalFields(format, 'schema', 'text.format') ??
          refuse('text.format.schema', 'is required'),
        strict: optionalBoolean(format, 'strict', 'text.format'),
      };
    default:
      return refuse('text.format.type', 'is not a known format');
  }
}

function decodeLogprobs(body: Fields): ConversationRequest['logprobs'] {
  const top = optionalNumber(body, 'top_logprobs', '') ?? 0;
  const included = optionalList(body, 'include', '').includes('message.output_text.logprobs');
  return included || top > 0 ? { top } : null;
}
