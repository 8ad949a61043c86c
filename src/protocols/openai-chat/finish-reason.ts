import type { FinishReason } from '../conversation.js';

export type OpenAiFinishReason =
  'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call';

/** Words of providers that are not simply the end of an answer. */
const REASONS: Readonly<Record<string, FinishReason>> = {
  length: 'length',
  max_tokens: 'length',
  // Mistral: the context is full.
  model_length: 'context_length',
  content_filter: 'content_filter',
  // Z.AI
  sensitive: 'content_filter',
  // DeepSeek and Z.AI ran out of something half-way; "stop" would pass the fragment off as whole.
  insufficient_system_resource: 'length',
  network_error: 'length',
};

export interface AnswerFacts {
  readonly hasCalls: boolean;
  readonly hasRefusal: boolean;
  readonly stopSequence: string | null;
}

/** Calls decide, not the word for them: Ollama says `stop` behind a call, others say `tool_calls` without one. */
export function readFinishReason(reason: string, facts: AnswerFacts): FinishReason {
  const known = Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined;
  if (known !== undefined) return known;
  if (facts.hasCalls) return 'tool_use';
  if (facts.hasRefusal) return 'refusal';
  return facts.stopSequence === null ? 'stop' : 'stop_sequence';
}

/** @param hasRefusal whether the refusal's own words are in the answer, as OpenAI has it, or it was only cut off */
export function writeFinishReason(
  reason: FinishReason,
  { hasRefusal, legacyCall }: { hasRefusal: boolean; legacyCall: boolean },
): OpenAiFinishReason {
  switch (reason) {
    case 'length':
    case 'context_length':
      return 'length';
    case 'tool_use':
      return legacyCall ? 'function_call' : 'tool_calls';
    case 'content_filter':
      return 'content_filter';
    case 'refusal':
      return hasRefusal ? 'stop' : 'content_filter';
    default:
      return 'stop';
  }
}
