import type { OutputConfig, ThinkingConfigParam } from '@anthropic-ai/sdk/resources/messages';
import type { Effort, Reasoning } from '../conversation.js';
import type { AnthropicModel } from './models.js';

/** The API takes no smaller budget. */
const MIN_BUDGET = 1024;

const BUDGETS: Readonly<Record<Exclude<Effort, 'none'>, number>> = {
  minimal: 1024,
  low: 1024,
  medium: 2048,
  high: 4096,
  xhigh: 8192,
  max: 16_384,
};

export interface ThinkingPlan {
  readonly thinking: ThinkingConfigParam | null;
  readonly effort: OutputConfig['effort'];
  /** The client asked for reasoning and does not get what it asked for. */
  readonly dropped: boolean;
}

export interface ThinkingCircumstances {
  readonly model: AnthropicModel;
  /** The client's limit; null: the model's own. */
  readonly maxOutputTokens: number | null;
  /** A tool must be called: the API refuses to think first. */
  readonly toolForced: boolean;
  readonly loopLacksThinking: boolean;
}

const NOT_AT_ALL: ThinkingPlan = { thinking: null, effort: null, dropped: true };

/** How a model is told to think: in tokens up to 4.5, in words of effort since. */
export function planThinking(
  reasoning: Reasoning | null,
  circumstances: ThinkingCircumstances,
): ThinkingPlan {
  if (!reasoning) return { ...NOT_AT_ALL, dropped: false };
  const { model, toolForced } = circumstances;
  if (reasoning.mode === 'disabled' || reasoning.effort === 'none') return noThinking(model);
  if (model.thinking === 'none') return NOT_AT_ALL;
  const exact = reasoning.effort === null && reasoning.budgetTokens !== null;
  if (model.thinking === 'budget' || (model.thinking === 'either' && exact)) {
    return withBudget(reasoning, circumstances);
  }
  const effort = writeEffort(reasoning, model);
  if (toolForced) return { thinking: null, effort, dropped: true };
  return { thinking: { type: 'adaptive', ...display(reasoning) }, effort, dropped: false };
}

function noThinking(model: AnthropicModel): ThinkingPlan {
  switch (model.thinking) {
    case 'none':
      return { thinking: null, effort: null, dropped: false };
    case 'always':
      return { thinking: null, effort: 'low', dropped: true };
    default:
      return { thinking: { type: 'disabled' }, effort: null, dropped: false };
  }
}

function withBudget(
  reasoning: Reasoning,
  { maxOutputTokens, toolForced, loopLacksThinking }: ThinkingCircumstances,
): ThinkingPlan {
  const effort = reasoning.effort === 'none' ? null : reasoning.effort;
  const wanted = reasoning.budgetTokens ?? BUDGETS[effort ?? 'medium'];
  // The budget is part of max_tokens and must leave room for an answer.
  const room = maxOutputTokens === null ? wanted : maxOutputTokens - 1;
  const budget = Math.min(Math.max(wanted, MIN_BUDGET), room);
  if (toolForced || loopLacksThinking || budget < MIN_BUDGET) return NOT_AT_ALL;
  const thinking = { type: 'enabled' as const, budget_tokens: budget, ...display(reasoning) };
  return { thinking, effort: null, dropped: false };
}

function display({ visible }: Reasoning): { display?: 'summarized' | 'omitted' } {
  return visible === null ? {} : { display: visible ? 'summarized' : 'omitted' };
}

function writeEffort(reasoning: Reasoning, { thinking }: AnthropicModel): OutputConfig['effort'] {
  switch (reasoning.effort) {
    case null:
    case 'none':
      return reasoning.budgetTokens === null ? null : effortOf(reasoning.budgetTokens);
    case 'minimal':
      return 'low';
    case 'xhigh':
      // Came with 4.7.
      return thinking === 'either' ? 'high' : 'xhigh';
    default:
      return reasoning.effort;
  }
}

function effortOf(budgetTokens: number): OutputConfig['effort'] {
  if (budgetTokens <= 2048) return 'low';
  return budgetTokens <= 8192 ? 'medium' : 'high';
}
