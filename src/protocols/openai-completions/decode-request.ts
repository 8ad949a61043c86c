import type { ConversationRequest, ExtraParameter } from '../conversation.js';
import { decodeSampling } from '../openai-chat/decode-request.js';
import type { Json } from '../openai-chat/json-values.js';
import {
  readBoolean,
  readCount,
  readString,
  requireString,
} from '../openai-chat/request-fields.js';
import { InvalidConversationError, UntranslatableError } from '../translation.js';

/** `max_tokens` when the client gives none. */
const DEFAULT_MAX_TOKENS = 16;

const PLACED = new Set(
  `model prompt stream stream_options max_tokens temperature top_p top_k frequency_penalty presence_penalty seed stop
  n user`.split(/\s+/),
);

/**
 * Reads the body of `POST /v1/completions` for a model that only converses: the prompt is what the user says. Throws
 * UntranslatableError for what only a model that continues text can do, InvalidConversationError for a bad shape.
 */
export function decodeOpenAiCompletionRequest(body: Json): ConversationRequest {
  refuseContinuation(body);
  const text = readPrompt(body['prompt']);
  return {
    model: requireString(body, 'model'),
    stream: readBoolean(body, 'stream') ?? false,
    turns: [{ role: 'user', blocks: [{ type: 'text', text }] }],
    tools: [],
    toolChoice: null,
    parallelToolCalls: null,
    maxOutputTokens: readCount(body, 'max_tokens', 1) ?? DEFAULT_MAX_TOKENS,
    sampling: decodeSampling(body),
    reasoning: null,
    outputFormat: null,
    candidates: readCount(body, 'n', 1),
    logprobs: null,
    endUser: readString(body, 'user'),
    cacheKey: null,
    serviceTier: null,
    extras: decodeExtras(body),
  };
}

function readPrompt(prompt: unknown): string {
  if (typeof prompt === 'string') return prompt;
  if (!Array.isArray(prompt) || prompt.length === 0) {
    throw new InvalidConversationError('prompt', 'prompt must be a string');
  }
  const [first] = prompt as unknown[];
  if (typeof first !== 'string') {
    throw new UntranslatableError('prompt', 'a prompt of tokens can only be read by its own model');
  }
  if (prompt.length > 1) {
    throw new UntranslatableError('prompt', 'this model takes one prompt at a time');
  }
  return first;
}

function refuseContinuation(body: Json): void {
  const refused =
    (body['echo'] === true && 'echo') ||
    (typeof body['suffix'] === 'string' && body['suffix'] !== '' && 'suffix') ||
    (typeof body['best_of'] === 'number' && body['best_of'] > 1 && 'best_of') ||
    (body['logprobs'] != null && body['logprobs'] !== false && 'logprobs');
  if (refused) {
    throw new UntranslatableError(refused, `${refused} is not known to a model that converses`);
  }
}

function decodeExtras(body: Json): ExtraParameter[] {
  return Object.entries(body)
    .filter(([name, value]) => !PLACED.has(name) && value !== null && value !== undefined)
    .filter(([name]) => !['echo', 'suffix', 'best_of', 'logprobs'].includes(name))
    .map(([name, value]) => ({ name, value, essential: name === 'logit_bias' }));
}
