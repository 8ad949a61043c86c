import { createHash } from 'node:crypto';
import type { ConversationRequest, Role, Sampling } from '../conversation.js';
import { UntranslatableError, type EncodedRequest } from '../translation.js';
import { lostInTurns } from '../lost-in-turns.js';
import { encodeMessages } from './encode-messages.js';
import type { Part } from './encode-parts.js';
import { encodeReasoning, fixesSampling } from './encode-reasoning.js';
import { encodeOutputFormat, encodeTools } from './encode-tools.js';
import { keepsThought } from './encode-assistant.js';
import { profileFor, type PeerProfile } from './peer-profile.js';
import { ToolNames } from './tool-names.js';

/** OpenAI takes four; more are refused. */
const MAX_STOPS = 4;
const MAX_USER_LENGTH = 64;
const SERVICE_TIERS = new Set(['auto', 'default', 'flex', 'scale', 'priority', 'fast']);

/**
 * The body of a chat completion for one provider. Throws UntranslatableError.
 * @param toolNames gives the decoder of the answer the names back; one object for each call
 */
export function encodeOpenAiChatRequest(
  request: ConversationRequest,
  providerProfile: PeerProfile,
  toolNames = new ToolNames(providerProfile.toolNameMax),
): EncodedRequest {
  const profile = profileFor(providerProfile, request.model);
  const dropped = lostInTurns(request, {
    thinking: (block) => keepsThought(block, profile),
    cache: (place) => takesCacheMark(place, profile),
    citations: false,
    imageDetail: true,
    documentContext: false,
  });
  const tools = encodeTools(request, profile, toolNames);
  const format = encodeOutputFormat(request.outputFormat, profile);
  const messages = encodeMessages(request.turns, profile, toolNames);
  if (format.instruction !== null) messages.push({ role: 'system', content: format.instruction });
  const body = {
    model: request.model,
    messages,
    ...tools,
    ...format.body,
    ...limits(request, profile),
    ...encodeSampling(request, profile, dropped),
    ...reasoning(request, profile, dropped),
    ...logprobs(request, profile, dropped),
    ...identity(request, profile, dropped),
    ...extras(request, profile, dropped),
    ...streaming(request, profile),
  };
  return { body, dropped };
}

function takesCacheMark(place: Role | 'tools', { cacheMark }: PeerProfile): boolean {
  if (place === 'assistant') return false;
  return place === 'tools' ? cacheMark === 'cache_control' : cacheMark !== null;
}

function limits({ maxOutputTokens, candidates }: ConversationRequest, profile: PeerProfile): Part {
  return {
    ...(maxOutputTokens !== null && { [profile.maxTokensField]: maxOutputTokens }),
    ...(candidates !== null && candidates > 1 && { n: candidates }),
  };
}

/** The parameters of Sampling by their names on the wire, and the only value that a model takes which fixes them. */
const SAMPLING: readonly (readonly [keyof Sampling, string, number | null])[] = [
  ['temperature', 'temperature', 1],
  ['topP', 'top_p', 1],
  ['topK', 'top_k', null],
  ['frequencyPenalty', 'frequency_penalty', 0],
  ['presencePenalty', 'presence_penalty', 0],
  ['seed', 'seed', null],
];

function encodeSampling(
  request: ConversationRequest,
  profile: PeerProfile,
  dropped: string[],
): Part {
  const { sampling } = request;
  const isFixed = fixesSampling(request, profile);
  const body: Part = {};
  for (const [name, field, fixed] of SAMPLING) {
    if (sampling[name] === null) continue;
    const isUnknown = name === 'topK' && !profile.supportsTopK;
    const isRefused = isFixed && fixed !== null && sampling[name] !== fixed;
    if (isUnknown || isRefused) dropped.push(name);
    else body[seedField(field, profile)] = sampling[name];
  }
  if (sampling.stop.length > MAX_STOPS) {
    throw new UntranslatableError(
      'stop',
      `this provider takes ${MAX_STOPS} stop sequences at most`,
    );
  }
  if (sampling.stop.length > 0) body['stop'] = sampling.stop;
  return body;
}

function seedField(field: string, { provider }: PeerProfile): string {
  return field === 'seed' && provider === 'mistral' ? 'random_seed' : field;
}

function reasoning(request: ConversationRequest, profile: PeerProfile, dropped: string[]): Part {
  const encoded = encodeReasoning(request, profile);
  // A model without the switch does not think: nothing is lost by not telling it so.
  if (encoded === null && request.reasoning?.mode !== 'disabled') dropped.push('reasoning');
  return encoded ?? {};
}

function logprobs(
  { logprobs: wanted }: ConversationRequest,
  { supportsLogprobs }: PeerProfile,
  dropped: string[],
): Part {
  if (wanted === null) return {};
  if (supportsLogprobs) {
    return { logprobs: true, ...(wanted.top > 0 && { top_logprobs: wanted.top }) };
  }
  dropped.push('logprobs');
  return {};
}

function identity(request: ConversationRequest, profile: PeerProfile, dropped: string[]): Part {
  const { endUser, cacheKey, serviceTier } = request;
  const tier = serviceTier === 'standard_only' ? 'default' : serviceTier;
  const sendsTier = profile.supportsServiceTier && tier !== null && SERVICE_TIERS.has(tier);
  if (endUser !== null && profile.endUserField === null) dropped.push('endUser');
  if (cacheKey !== null && !profile.supportsCacheKey) dropped.push('cacheKey');
  if (tier !== null && !sendsTier) dropped.push('serviceTier');
  return {
    ...(endUser !== null && profile.endUserField && { [profile.endUserField]: shortUser(endUser) }),
    ...(cacheKey !== null && profile.supportsCacheKey && { prompt_cache_key: cacheKey }),
    ...(sendsTier && { service_tier: tier }),
  };
}

/** Claude Code's user ids are long; a hash tells users apart just as well. */
function shortUser(endUser: string): string {
  return endUser.length <= MAX_USER_LENGTH
    ? endUser
    : createHash('sha256').update(endUser).digest('hex');
}

function extras(request: ConversationRequest, profile: PeerProfile, dropped: string[]): Part {
  const body: Part = {};
  for (const { name, value, essential } of request.extras) {
    if (profile.parameters.has(name)) body[name] = value;
    else if (!essential) dropped.push(name);
    else throw new UntranslatableError(name, `${name} is not known to ${profile.provider}`);
  }
  return body;
}

function streaming({ stream }: ConversationRequest, { supportsStreamOptions }: PeerProfile): Part {
  if (!stream) return {};
  return {
    stream: true,
    ...(supportsStreamOptions && { stream_options: { include_usage: true } }),
  };
}
