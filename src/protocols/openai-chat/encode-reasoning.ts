import type { ConversationRequest, Effort, Reasoning } from '../conversation.js';
import type { Part } from './encode-parts.js';
import type { PeerProfile } from './peer-profile.js';

/** What to say about thinking in the provider's words; null where the model has no such switch. */
export function encodeReasoning(
  { reasoning, model }: ConversationRequest,
  profile: PeerProfile,
): Part | null {
  if (reasoning === null) return {};
  switch (profile.reasoningStyle) {
    case 'effort': {
      const effort = effortFor(model, effortOf(reasoning), profile);
      return effort && { reasoning_effort: effort };
    }
    case 'thinking':
      return {
        thinking: { type: reasoning.mode === 'disabled' ? 'disabled' : 'enabled' },
        ...(reasoning.mode !== 'disabled' && profile.provider === 'deepseek'
          ? { reasoning_effort: coarse(effortOf(reasoning)) }
          : {}),
      };
    case 'enable_thinking': {
      const { budgetTokens, mode } = reasoning;
      const isOn = mode !== 'disabled';
      return {
        enable_thinking: isOn,
        ...(isOn && budgetTokens !== null && { thinking_budget: budgetTokens }),
      };
    }
    case 'reasoning':
      if (reasoning.mode === 'disabled') return { reasoning: { enabled: false } };
      return {
        reasoning:
          reasoning.effort === null && reasoning.budgetTokens !== null
            ? { max_tokens: reasoning.budgetTokens }
            : { effort: effortOf(reasoning) },
      };
    default:
      return null;
  }
}

/** Whether a model thinks and will not be told about sampling. */
export function fixesSampling(
  { model, reasoning }: ConversationRequest,
  profile: PeerProfile,
): boolean {
  const thinks = profile.fixesSampling && profile.reasoningModels?.test(model) === true;
  return thinks && !(hasNone(model) && reasoning?.mode === 'disabled');
}

/** A budget says how much in another unit; `adaptive` and `enabled` without more leave it to us. */
function effortOf({ effort, budgetTokens, mode }: Reasoning): Effort {
  if (mode === 'disabled') return 'none';
  if (effort !== null) return effort;
  if (budgetTokens === null) return 'medium';
  if (budgetTokens <= 2048) return 'low';
  return budgetTokens <= 8192 ? 'medium' : 'high';
}

/** Models without a switch are not told; those that cannot stop thinking are asked for the least. */
function effortFor(model: string, effort: Effort, profile: PeerProfile): Effort | null {
  const { reasoningModels, fixesSampling: isOpenAi } = profile;
  if (reasoningModels !== null && !reasoningModels.test(model)) return null;
  if (!isOpenAi) return effort === 'none' ? noneFor(profile) : coarseUnless(effort);
  if (effort !== 'none' || hasNone(model)) return effort;
  return /gpt-5(?!\.)/.test(model) ? 'minimal' : 'low';
}

/** Peers know three efforts. */
function coarseUnless(effort: Effort): Effort {
  if (effort === 'minimal') return 'low';
  return effort === 'xhigh' || effort === 'max' ? 'high' : effort;
}

function noneFor({ reasoningModels }: PeerProfile): Effort {
  return reasoningModels === null ? 'none' : 'low';
}

/** DeepSeek: low, high and max. */
function coarse(effort: Effort): Effort {
  if (effort === 'xhigh' || effort === 'max') return 'max';
  return effort === 'high' ? 'high' : 'low';
}

/** GPT-5.1 was the first that can be told not to think. */
function hasNone(model: string): boolean {
  return /gpt-(?:5\.[1-9]|[6-9]|\d\d)/.test(model);
}
