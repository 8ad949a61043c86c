import type {
  ResponseCustomToolCallItem,
  ResponseFunctionToolCall,
  ResponseOutputItem,
  ResponseOutputMessage,
  ResponseReasoningItem,
} from 'openai/resources/responses/responses';
import type { Block, ImageBlock, Signature } from '../conversation.js';
import { writeCall } from './call-item.js';
import { writeCarriedSignature } from './carried-signature.js';
import type { ItemContext, ItemStatus } from './item-context.js';
import { writeMessage, type Piece } from './message-item.js';

export type OutputItem =
  | ResponseOutputMessage
  | ResponseReasoningItem
  | ResponseFunctionToolCall
  | ResponseCustomToolCallItem
  | ResponseOutputItem.ImageGenerationCall;

export type ItemKind = 'message' | 'reasoning' | 'call' | 'image';

/** The kind of item a block becomes; null when the protocol has none for it. */
export function itemKindOf(block: Block): ItemKind | null {
  switch (block.type) {
    case 'text':
    case 'refusal':
    case 'audio':
      return 'message';
    case 'thinking':
    case 'redacted_thinking':
      return 'reasoning';
    case 'tool_use':
      return 'call';
    case 'image':
      return block.source.kind === 'base64' ? 'image' : null;
    default:
      return null;
  }
}

/** Whether the block is one more part of the message; a signed text ends its message, for the signature comes behind it. */
export function joinsItem(last: Block, next: Block): boolean {
  return (
    itemKindOf(last) === 'message' &&
    itemKindOf(next) === 'message' &&
    signatureBehind(last) === null
  );
}

/** The item of pieces that belong together, at its place in the output. Its id is the same whenever it is asked for. */
export function writeItem(
  pieces: readonly [Piece, ...Piece[]],
  index: number,
  status: ItemStatus,
  context: ItemContext,
): OutputItem {
  const [{ block }] = pieces;
  switch (block.type) {
    case 'thinking':
      return writeReasoning(block.text, carriedByThinking(block.signature), index, context);
    case 'redacted_thinking':
      return writeReasoning(
        '',
        writeCarriedSignature({ signs: 'redacted', signature: block.data }),
        index,
        context,
      );
    case 'tool_use':
      return writeCall(block, index, status, context);
    case 'image':
      return writeImage(block, index, context);
    default:
      return writeMessage(pieces, index, status, context);
  }
}

/** The reasoning item that carries the signature of a text or a tool call behind it; null when there is none. */
export function writeSignatureBehind(
  block: Block,
  index: number,
  context: ItemContext,
): ResponseReasoningItem | null {
  const carried = signatureBehind(block);
  return carried === null ? null : writeReasoning('', carried, index, context);
}

function writeReasoning(
  text: string,
  encrypted_content: string | null,
  index: number,
  { id }: ItemContext,
): ResponseReasoningItem {
  const summary = text === '' ? [] : [{ type: 'summary_text' as const, text }];
  return { id: `rs_${id}_${index}`, type: 'reasoning', summary, encrypted_content };
}

function writeImage(
  { source }: ImageBlock,
  index: number,
  { id }: ItemContext,
): ResponseOutputItem.ImageGenerationCall {
  const result = source.kind === 'base64' ? source.data : null;
  return { id: `ig_${id}_${index}`, type: 'image_generation_call', status: 'completed', result };
}

function carriedByThinking(signature: Signature | null): string | null {
  return signature && writeCarriedSignature({ signs: 'thinking', signature });
}

function signatureBehind(block: Block): string | null {
  if (block.type === 'text' && block.signature) {
    return writeCarriedSignature({ signs: 'text', signature: block.signature });
  }
  if (block.type === 'tool_use' && block.signature) {
    const { id: callId, signature } = block;
    return writeCarriedSignature({ signs: 'call', callId, signature });
  }
  return null;
}
