import type { Block, ConversationAnswer, ConversationRequest } from '../conversation.js';
import { MalformedAnswerError } from '../translation.js';
import { readStopReason } from './finish-reason.js';
import { readAnswerBlock, answerShape } from './read-answer-block.js';
import { ToolNames } from './tool-names.js';
import { readAnthropicUsage } from './usage.js';

/**
 * Reads a whole message. Throws MalformedAnswerError, also for the body of an error.
 * @param request the one it answers, for the client's own names of its tools
 */
export function decodeAnthropicAnswer(
  body: Record<string, unknown>,
  request: Pick<ConversationRequest, 'tools'> | null = null,
): ConversationAnswer {
  if (body['type'] === 'error') throw new MalformedAnswerError('an error instead of a message');
  const names = new ToolNames(request);
  const blocks: Block[] = answerShape
    .array(body['content'], 'content')
    .map((item, index) => readAnswerBlock(item, `content.${index}`))
    .map((block) => (block.type === 'tool_use' ? names.restore(block) : block));
  const usage = answerShape.optional(body['usage'], 'usage', answerShape.object);
  const hasToolUse = blocks.some(({ type }) => type === 'tool_use');
  return {
    id: answerShape.optional(body['id'], 'id', answerShape.string) ?? '',
    model: answerShape.optional(body['model'], 'model', answerShape.string) ?? '',
    createdAt: null,
    candidates: [
      {
        blocks,
        finishReason: readStopReason(body['stop_reason'], hasToolUse),
        stopSequence: answerShape.optional(
          body['stop_sequence'],
          'stop_sequence',
          answerShape.string,
        ),
        logprobs: null,
      },
    ],
    usage: usage && readAnthropicUsage(usage),
  };
}
