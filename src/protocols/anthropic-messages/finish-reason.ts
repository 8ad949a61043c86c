import type { StopReason } from '@anthropic-ai/sdk/resources/messages';
import type { FinishReason } from '../conversation.js';

const FROM_ANTHROPIC: ReadonlyMap<unknown, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop_sequence'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'context_length'],
  ['tool_use', 'tool_use'],
  ['refusal', 'refusal'],
  ['pause_turn', 'pause'],
  // The beta stops behind a compaction and expects to be asked again.
  ['compaction', 'pause'],
]);

const TO_ANTHROPIC: Readonly<Record<FinishReason, StopReason>> = {
  stop: 'end_turn',
  stop_sequence: 'stop_sequence',
  length: 'max_tokens',
  context_length: 'model_context_window_exceeded',
  tool_use: 'tool_use',
  refusal: 'refusal',
  content_filter: 'refusal',
  pause: 'pause_turn',
};

/** What an answer holds besides words: it decides where the provider's own word for the end is wrong. */
export interface AnswerFacts {
  readonly hasToolUse: boolean;
  readonly hasRefusal: boolean;
}

/** @param stopReason null or unknown: a natural end, as new reasons may be added at any time */
export function readStopReason(stopReason: unknown, hasToolUse: boolean): FinishReason {
  return withToolUse(FROM_ANTHROPIC.get(stopReason) ?? 'stop', hasToolUse);
}

export function writeStopReason(reason: FinishReason, facts: AnswerFacts): StopReason {
  const derived = withToolUse(reason, facts.hasToolUse);
  return TO_ANTHROPIC[derived === 'stop' && facts.hasRefusal ? 'refusal' : derived];
}

/** Compatible servers say "stop" behind a tool call; a client that waits for calls which never came would hang. */
function withToolUse(reason: FinishReason, hasToolUse: boolean): FinishReason {
  if (reason === 'stop' && hasToolUse) return 'tool_use';
  return reason === 'tool_use' && !hasToolUse ? 'stop' : reason;
}
