import type {
  AnswerCandidate,
  Block,
  BlockDelta,
  ConversationAnswer,
  ConversationEvent,
  FinishReason,
} from './conversation.js';
import type { TokenUsage } from './token-usage.js';
import { MalformedAnswerError } from './translation.js';

interface Growing {
  blocks: Block[];
  finishReason: FinishReason | null;
  stopSequence: string | null;
  logprobs: LogprobsContent | null;
}

interface LogprobsContent {
  content: unknown[] | null;
  refusal: unknown[] | null;
}

/** The whole answer a stream adds up to. Throws MalformedAnswerError for an error event or a stream without its end. */
export function foldEvents(events: Iterable<ConversationEvent>): ConversationAnswer {
  const candidates: Growing[] = [];
  let head = { id: '', model: '', createdAt: null as number | null };
  let usage: TokenUsage | null = null;
  for (const event of events) {
    switch (event.type) {
      case 'start':
        head = { id: event.id, model: event.model, createdAt: event.createdAt };
        usage = event.usage;
        break;
      case 'block_start':
        candidateAt(candidates, event.candidate).blocks[event.index] = event.block;
        break;
      case 'block_delta':
        grow(candidateAt(candidates, event.candidate), event.index, event.delta);
        break;
      case 'finish':
        Object.assign(candidateAt(candidates, event.candidate), {
          finishReason: event.reason,
          stopSequence: event.stopSequence,
        });
        break;
      case 'usage':
        usage = event.usage;
        break;
      case 'error':
        throw new MalformedAnswerError(event.message);
    }
  }
  return { ...head, candidates: candidates.map(whole), usage };
}

function candidateAt(candidates: Growing[], index: number): Growing {
  return (candidates[index] ??= {
    blocks: [],
    finishReason: null,
    stopSequence: null,
    logprobs: null,
  });
}

function whole({ blocks, finishReason, stopSequence, logprobs }: Growing): AnswerCandidate {
  if (finishReason === null) throw new MalformedAnswerError('the answer has no end');
  return { blocks, finishReason, stopSequence, logprobs };
}

function grow(candidate: Growing, index: number, delta: BlockDelta): void {
  if (delta.type === 'logprobs') {
    candidate.logprobs = joinLogprobs(candidate.logprobs, delta.logprobs as LogprobsContent);
    return;
  }
  const block = candidate.blocks[index];
  if (!block) throw new MalformedAnswerError(`block ${index} grows before it has begun`);
  candidate.blocks[index] = grown(block, delta);
}

/** The block with the delta behind it. Throws MalformedAnswerError when they do not belong together. */
export function grown(block: Block, delta: Exclude<BlockDelta, { type: 'logprobs' }>): Block {
  switch (delta.type) {
    case 'text':
      if (block.type === 'text' || block.type === 'thinking' || block.type === 'refusal') {
        return { ...block, text: block.text + delta.text };
      }
      if (block.type === 'audio') {
        return { ...block, transcript: (block.transcript ?? '') + delta.text };
      }
      break;
    case 'arguments':
      if (block.type === 'tool_use') return { ...block, arguments: block.arguments + delta.text };
      break;
    case 'signature':
      if (block.type === 'thinking' || block.type === 'text' || block.type === 'tool_use') {
        return { ...block, signature: delta.signature };
      }
      break;
    case 'citation':
      if (block.type === 'text') {
        return { ...block, citations: [...(block.citations ?? []), delta.citation] };
      }
      break;
    case 'audio':
      if (block.type === 'audio' && block.source.kind === 'base64') {
        return { ...block, source: { ...block.source, data: block.source.data + delta.data } };
      }
      break;
  }
  throw new MalformedAnswerError(`a ${delta.type} delta cannot continue a ${block.type} block`);
}

function joinLogprobs(before: LogprobsContent | null, next: LogprobsContent): LogprobsContent {
  return {
    content: joined(before?.content ?? null, next.content),
    refusal: joined(before?.refusal ?? null, next.refusal),
  };
}

function joined(before: unknown[] | null, next: unknown[] | null): unknown[] | null {
  return before === null && !next ? null : [...(before ?? []), ...(next ?? [])];
}
