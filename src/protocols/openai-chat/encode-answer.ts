import type {
  AnswerCandidate,
  Block,
  ConversationAnswer,
  RedactedThinkingBlock,
  ThinkingBlock,
  ToolUseBlock,
} from '../conversation.js';
import { signatureText } from '../signature-envelope.js';
import type { EncodingContext } from '../translation.js';
import { writeFinishReason } from './finish-reason.js';
import { writeDataUrl } from './media-url.js';
import { writeAnnotation } from './write-annotation.js';
import { writeOpenAiUsage } from './write-usage.js';

/**
 * A `chat.completion`. What OpenAI has no field for stands in the fields its peers made common: `reasoning_content`,
 * `thinking_blocks` for the proofs, `extra_content.google` on calls. The client may send them back and we read them.
 */
export function encodeOpenAiChatAnswer(
  answer: ConversationAnswer,
  context: EncodingContext,
): Record<string, unknown> {
  const isLegacy = asksForLegacyCalls(context);
  return {
    id: context.id,
    object: 'chat.completion',
    created: answer.createdAt ?? context.createdAt,
    model: context.requestedModel,
    choices: answer.candidates.map((candidate, index) => ({
      index,
      message: message(candidate, context.id, isLegacy),
      logprobs: candidate.logprobs ?? null,
      finish_reason: writeFinishReason(candidate.finishReason, {
        hasRefusal: candidate.blocks.some(({ type }) => type === 'refusal'),
        legacyCall: isLegacy,
      }),
    })),
    ...(answer.usage && { usage: writeOpenAiUsage(answer.usage) }),
    system_fingerprint: null,
  };
}

/** Whether the client declared its tools in the older `functions`: it then looks for `function_call`. */
export function asksForLegacyCalls({ request }: EncodingContext): boolean {
  return request.tools.some((tool) => tool.kind === 'function' && tool.legacy === true);
}

/** One entry of `thinking_blocks`; null for a thought without proof, which `reasoning_content` says as well. */
export function writeThinkingBlock(
  block: ThinkingBlock | RedactedThinkingBlock,
): Record<string, unknown> | null {
  if (block.type === 'redacted_thinking') {
    return { type: block.type, data: signatureText(block.data, 'anthropic') };
  }
  return block.signature === null
    ? null
    : {
        type: block.type,
        thinking: block.text,
        signature: signatureText(block.signature, 'anthropic'),
      };
}

/** Google's own OpenAI interface has its signatures here. */
export function writeExtraContent({
  signature,
}: Pick<ToolUseBlock, 'signature'>): Record<string, unknown> {
  return signature
    ? { extra_content: { google: { thought_signature: signatureText(signature, 'gemini') } } }
    : {};
}

function message({ blocks }: AnswerCandidate, answerId: string, isLegacy: boolean) {
  const calls = blocks.filter((block) => block.type === 'tool_use');
  const texts = blocks.filter((block) => block.type === 'text');
  const images = blocks.filter((block) => block.type === 'image');
  const audio = blocks.find((block) => block.type === 'audio');
  const thinking = blocks.filter((block) => block.type === 'thinking');
  const proofs = blocks
    .filter((block) => block.type === 'thinking' || block.type === 'redacted_thinking')
    .map(writeThinkingBlock)
    .filter((entry) => entry !== null);
  const refusal = joined(blocks.filter((block) => block.type === 'refusal'));
  const text = joined(texts);
  const signature = texts.findLast((block) => block.signature)?.signature;
  const hasOtherAnswer = calls.length > 0 || refusal !== '' || audio !== undefined;
  return {
    role: 'assistant',
    content: text === '' && hasOtherAnswer ? null : text,
    refusal: refusal === '' ? null : refusal,
    ...(thinking.some((block) => block.text !== '') && { reasoning_content: joined(thinking) }),
    ...(proofs.length > 0 && { thinking_blocks: proofs }),
    annotations: annotationsOf(texts),
    ...(calls.length > 0 && !isLegacy && { tool_calls: calls.map(writeCall) }),
    ...(calls[0] && isLegacy && { function_call: pick(calls[0]) }),
    ...(audio?.source.kind === 'base64' && {
      audio: {
        id: `audio_${answerId}`,
        data: audio.source.data,
        transcript: audio.transcript ?? '',
        expires_at: 0,
      },
    }),
    ...(images.length > 0 && { images: images.flatMap(writeImage) }),
    ...(signature && writeExtraContent({ signature })),
  };
}

function joined(blocks: readonly { readonly text: string }[]): string {
  return blocks.map(({ text }) => text).join('');
}

function annotationsOf(texts: readonly Extract<Block, { type: 'text' }>[]) {
  let offset = 0;
  return texts.flatMap(({ text, citations = [] }) => {
    const start = offset;
    offset += text.length;
    return citations
      .map((citation) => writeAnnotation(citation, start, offset))
      .filter((annotation) => annotation !== null);
  });
}

function writeCall(call: ToolUseBlock) {
  return {
    id: call.id,
    type: call.kind,
    ...(call.kind === 'custom'
      ? { custom: { name: call.name, input: call.arguments } }
      : { function: pick(call) }),
    ...writeExtraContent(call),
  };
}

/** A call without arguments is the empty object: clients parse what stands here. */
function pick({ name, arguments: text }: ToolUseBlock) {
  return { name, arguments: text === '' ? '{}' : text };
}

/** OpenRouter's form; OpenAI has none. */
export function writeImage({ source }: Extract<Block, { type: 'image' }>) {
  if (source.kind === 'file') return [];
  const url = source.kind === 'url' ? source.url : writeDataUrl(source.mediaType, source.data);
  return [{ type: 'image_url', image_url: { url } }];
}
