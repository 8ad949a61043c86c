import type {
  Block,
  BlockDelta,
  ConversationAnswer,
  ConversationEvent,
} from '../../src/protocols/conversation.js';

/** The answer as a stream, in pieces of these sizes. */
export function* unfoldAnswer(
  answer: ConversationAnswer,
  sizes: Iterator<number>,
): Iterable<ConversationEvent> {
  const { id, model, createdAt, usage } = answer;
  yield { type: 'start', id, model, createdAt, usage: null };
  const candidate = 0;
  for (const [index, block] of (answer.candidates[0]?.blocks ?? []).entries()) {
    yield { type: 'block_start', candidate, index, block: opened(block) };
    for (const delta of deltasOf(block, sizes))
      yield { type: 'block_delta', candidate, index, delta };
    yield { type: 'block_end', candidate, index };
  }
  const reason = answer.candidates[0]?.finishReason ?? 'stop';
  yield { type: 'finish', candidate, reason, stopSequence: null };
  if (usage) yield { type: 'usage', usage };
}

function opened(block: Block): Block {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: '' };
    case 'refusal':
      return { ...block, text: '' };
    case 'thinking':
      return { ...block, text: '', signature: null };
    case 'tool_use':
      return { ...block, arguments: '', signature: undefined };
    default:
      return block;
  }
}

function* deltasOf(block: Block, sizes: Iterator<number>): Iterable<BlockDelta> {
  const type = block.type === 'tool_use' ? 'arguments' : 'text';
  const whole = block.type === 'tool_use' ? block.arguments : 'text' in block ? block.text : '';
  for (let from = 0, to = 0; from < whole.length; from = to) {
    to = from + Number(sizes.next().value);
    yield { type, text: whole.slice(from, to) };
  }
  if (block.type === 'text') {
    for (const citation of block.citations ?? []) yield { type: 'citation', citation };
  }
  if ('signature' in block && block.signature) {
    yield { type: 'signature', signature: block.signature };
  }
}

/** Pieces of one size. */
export function* sizesOf(size: number): Iterator<number> {
  for (;;) yield size;
}
