import type { GenerationConfig, ThinkingConfig } from '@google/genai';
import type { ConversationRequest, Effort, Reasoning } from '../conversation.js';
import type { JsonObject } from '../read-json.js';
import { UntranslatableError } from '../translation.js';
import { isProModel, modelGeneration } from './model-generation.js';
import { toOpenApiSchema } from './schema.js';

const MAX_STOP_SEQUENCES = 5;
const MAX_INT32 = 2 ** 31;

/** `generationConfig`; members without a value are undefined and vanish in JSON. Throws UntranslatableError. */
export function encodeGenerationConfig(request: ConversationRequest): JsonObject {
  const { model, sampling, candidates, maxOutputTokens, logprobs, reasoning } = request;
  const stop = sampling.stop.filter((text) => text !== '');
  if (stop.length > MAX_STOP_SEQUENCES) {
    throw new UntranslatableError(
      'stop',
      `Gemini takes ${MAX_STOP_SEQUENCES} stop sequences at most`,
    );
  }
  return defined({
    temperature: sampling.temperature,
    topP: sampling.topP,
    topK: sampling.topK,
    frequencyPenalty: sampling.frequencyPenalty,
    presencePenalty: sampling.presencePenalty,
    // Any int32 will do: what counts is that the same one comes back each time.
    seed: sampling.seed === null ? null : Math.trunc(sampling.seed) % MAX_INT32,
    stopSequences: stop.length > 0 ? stop : null,
    candidateCount: candidates,
    maxOutputTokens,
    responseLogprobs: logprobs ? true : null,
    logprobs: logprobs?.top || null,
    ...outputFormat(request),
    thinkingConfig: reasoning && thinkingConfig(reasoning, model),
  } satisfies Members<GenerationConfig>);
}

/** Named as the SDK names them; its enums cannot be written as text. */
type Members<T> = Partial<Record<keyof T, unknown>>;

/** Whether the model's thinking can be told anything at all. */
export function canSteerThinking(model: string): boolean {
  return modelGeneration(model) >= 2.5;
}

function defined(members: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== null && value !== undefined),
  );
}

function outputFormat({
  model,
  outputFormat: format,
}: ConversationRequest): Members<GenerationConfig> {
  if (format === null) return {};
  const json = { responseMimeType: 'application/json' };
  if (format.kind === 'json') return json;
  const { $schema: _, ...schema } = format.schema;
  return modelGeneration(model) >= 2.5
    ? { ...json, responseJsonSchema: schema }
    : { ...json, responseSchema: toOpenApiSchema(schema) };
}

const LEVELS: Readonly<Record<Effort, string>> = {
  none: 'MINIMAL',
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
  max: 'HIGH',
};

const BUDGETS: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 24_576,
  max: 24_576,
};

/** The model decides how much it thinks. */
const DYNAMIC_BUDGET = -1;
/** Below it Pro models refuse, and above the other one every model. */
const MIN_PRO_BUDGET = 128;
const MAX_BUDGET = 24_576;

/** Gemini 3 is told a level, Gemini 2.5 a number of tokens, older ones nothing. */
function thinkingConfig(reasoning: Reasoning, model: string): JsonObject | null {
  if (!canSteerThinking(model)) return null;
  const effort = reasoning.mode === 'disabled' ? 'none' : reasoning.effort;
  const amount =
    modelGeneration(model) >= 3
      ? { thinkingLevel: levelOf(effort, reasoning.budgetTokens, model) }
      : { thinkingBudget: budgetOf(effort, reasoning.budgetTokens, model) };
  const isVisible = effort !== 'none' && reasoning.visible !== false;
  const config: Members<ThinkingConfig> = { ...amount, includeThoughts: isVisible ? true : null };
  return defined(config);
}

function levelOf(effort: Effort | null, budget: number | null, model: string): string | null {
  const level = effort ?? (budget === null ? null : effortOf(budget));
  if (level === null) return null;
  const word = LEVELS[level];
  return word === 'MINIMAL' && isProModel(model) ? 'LOW' : word;
}

function effortOf(budget: number): Effort {
  if (budget <= BUDGETS.low) return 'low';
  return budget <= BUDGETS.medium ? 'medium' : 'high';
}

function budgetOf(effort: Effort | null, budget: number | null, model: string): number {
  const least = isProModel(model) ? MIN_PRO_BUDGET : 0;
  if (effort === 'none') return least;
  const wanted = budget ?? (effort === null ? null : BUDGETS[effort]);
  return wanted === null ? DYNAMIC_BUDGET : Math.min(MAX_BUDGET, Math.max(least, wanted));
}
