import type { AnswerCandidate, ConversationAnswer, FinishReason } from '../conversation.js';
import { writeOpenAiUsage } from '../openai-chat/write-usage.js';
import type { EncodingContext } from '../translation.js';

/** A `text_completion`: what the model said, without its thoughts. */
export function encodeOpenAiCompletionAnswer(
  answer: ConversationAnswer,
  context: EncodingContext,
): Record<string, unknown> {
  return {
    id: context.id,
    object: 'text_completion',
    created: answer.createdAt ?? context.createdAt,
    model: context.requestedModel,
    choices: answer.candidates.map((candidate, index) => ({
      text: textOf(candidate),
      index,
      logprobs: null,
      finish_reason: completionFinishReason(candidate.finishReason),
    })),
    ...(answer.usage && { usage: writeOpenAiUsage(answer.usage) }),
  };
}

/** The three reasons this protocol knows; a refusal in words is text like any other. */
export function completionFinishReason(reason: FinishReason): 'stop' | 'length' | 'content_filter' {
  if (reason === 'length' || reason === 'context_length') return 'length';
  return reason === 'content_filter' ? 'content_filter' : 'stop';
}

function textOf({ blocks }: AnswerCandidate): string {
  return blocks
    .map((block) => (block.type === 'text' || block.type === 'refusal' ? block.text : ''))
    .join('');
}
