import type { ConversationAnswer } from '../conversation.js';
import { NO_USAGE } from '../token-usage.js';
import type { EncodingContext } from '../translation.js';
import { writeStopReason } from './finish-reason.js';
import { ToolIds } from './tool-ids.js';
import { writeAnswerBlock } from './write-answer-block.js';
import { writeAnthropicUsage } from './write-usage.js';

/** A whole message for an Anthropic client. It knows one answer: further candidates are left out. */
export function encodeAnthropicAnswer(
  answer: ConversationAnswer,
  { id, requestedModel }: EncodingContext,
): Record<string, unknown> {
  const [candidate] = answer.candidates;
  const blocks = candidate?.blocks ?? [];
  const ids = new ToolIds();
  return {
    id: messageId(id),
    type: 'message',
    role: 'assistant',
    model: requestedModel,
    content: blocks.flatMap((block) => writeAnswerBlock(block, ids)),
    stop_reason: writeStopReason(candidate?.finishReason ?? 'stop', {
      hasToolUse: blocks.some(({ type }) => type === 'tool_use'),
      hasRefusal: blocks.some(({ type }) => type === 'refusal'),
    }),
    stop_sequence: candidate?.stopSequence ?? null,
    usage: writeAnthropicUsage(answer.usage ?? NO_USAGE),
  };
}

export function messageId(id: string): string {
  return id.startsWith('msg_') ? id : `msg_${id}`;
}
