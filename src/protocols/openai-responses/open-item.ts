import type { Block, BlockDelta } from '../conversation.js';
import { grown } from '../fold-events.js';
import { MalformedAnswerError } from '../translation.js';
import type { BlockEvents } from './block-events.js';
import { callEvents } from './call-events.js';
import type { ItemPlace, StreamEventBody } from './event-writer.js';
import type { ItemContext, ItemStatus } from './item-context.js';
import { contentLogprobs, writeMessage, type Logprob, type Piece } from './message-item.js';
import {
  itemKindOf,
  joinsItem,
  writeItem,
  writeSignatureBehind,
  type OutputItem,
} from './output-items.js';
import { summaryEvents } from './summary-events.js';
import { refusalEvents, textEvents } from './text-events.js';

interface GrowingPiece {
  block: Block;
  readonly logprobs: Logprob[];
}

/**
 * The item a stream is writing. It stays open behind its last block until the next item or the answer's end: only then is it
 * known whether it was cut, and whether a message goes on.
 */
export class OpenItem {
  private readonly pieces: [GrowingPiece, ...GrowingPiece[]];
  private events: BlockEvents | null = null;
  /** The number of the last block in the answer. */
  private blockIndex = -1;

  constructor(
    first: Block,
    private readonly index: number,
    private readonly context: ItemContext,
  ) {
    this.pieces = [{ block: first, logprobs: [] }];
  }

  takes(block: Block): boolean {
    return joinsItem(this.last.block, block);
  }

  /** The item's `added` and the first block. */
  begin(blockIndex: number): StreamEventBody[] {
    this.blockIndex = blockIndex;
    return [
      { type: 'response.output_item.added', output_index: this.index, item: this.blank() },
      ...this.beginBlock(this.last.block),
    ];
  }

  continueWith(block: Block, blockIndex: number): StreamEventBody[] {
    this.blockIndex = blockIndex;
    this.pieces.push({ block, logprobs: [] });
    return this.beginBlock(block);
  }

  /** @param blockIndex a citation may belong to an earlier block, which can no longer be changed */
  grow(delta: BlockDelta, blockIndex: number): readonly StreamEventBody[] {
    const { last, events } = this;
    if (delta.type === 'citation' && blockIndex !== this.blockIndex) return [];
    if (events === null) {
      // Behind the last word of a text its probabilities and sources may still come; they stand in the finished item.
      if (delta.type === 'logprobs') last.logprobs.push(...contentLogprobs(delta.logprobs));
      else if (delta.type === 'citation') last.block = grown(last.block, delta);
      else throw new MalformedAnswerError(`a ${delta.type} delta follows the end of its block`);
      return [];
    }
    if (delta.type === 'logprobs') last.logprobs.push(...contentLogprobs(delta.logprobs));
    else last.block = grown(last.block, delta);
    return events.grow(delta);
  }

  endBlock(): readonly StreamEventBody[] {
    const events = this.events?.end(this.last) ?? [];
    this.events = null;
    return events;
  }

  /** The finished items: this one, and one with its signature where it has one that goes elsewhere. */
  finish(status: ItemStatus): { items: OutputItem[]; events: StreamEventBody[] } {
    const { index, context } = this;
    const item = writeItem(this.pieces, index, status, context);
    const behind = writeSignatureBehind(this.last.block, index + 1, context);
    const events: StreamEventBody[] = [
      ...this.endBlock(),
      { type: 'response.output_item.done', output_index: index, item },
    ];
    if (behind === null) return { items: [item], events };
    const at = { output_index: index + 1, item: behind };
    events.push(
      { type: 'response.output_item.added', ...at },
      { type: 'response.output_item.done', ...at },
    );
    return { items: [item, behind], events };
  }

  private get last(): GrowingPiece {
    return this.pieces.at(-1) ?? this.pieces[0];
  }

  private beginBlock(block: Block): StreamEventBody[] {
    const { index, context } = this;
    const place = { item_id: this.blank().id ?? '', output_index: index };
    this.events = blockEvents(block, place, this.pieces.length - 1, context);
    // What a block already says when it opens is told like everything behind.
    return [
      ...this.events.begin,
      ...openingDeltas(block).flatMap((delta) => this.events?.grow(delta) ?? []),
    ];
  }

  /** The item before it says anything. */
  private blank(): OutputItem {
    const { index, context } = this;
    const [{ block }] = this.pieces;
    if (itemKindOf(block) === 'message') return writeMessage([], index, 'in_progress', context);
    const item = writeItem([asPiece(emptied(block))], index, 'in_progress', context);
    return item.type === 'image_generation_call'
      ? { ...item, status: 'in_progress', result: null }
      : item;
  }
}

/** @param contentIndex the block's place in its message */
function blockEvents(
  block: Block,
  place: ItemPlace,
  contentIndex: number,
  context: ItemContext,
): BlockEvents {
  switch (block.type) {
    case 'text':
    case 'audio':
      return textEvents(place, contentIndex);
    case 'refusal':
      return refusalEvents(place, contentIndex);
    case 'thinking':
      return summaryEvents(place);
    case 'tool_use':
      return callEvents(block, place, context);
    default:
      return { begin: [], grow: () => [], end: () => [] };
  }
}

function asPiece(block: Block): Piece {
  return { block, logprobs: [] };
}

function emptied(block: Block): Block {
  if (block.type === 'thinking') return { ...block, text: '', signature: null };
  return block.type === 'tool_use' ? { ...block, arguments: '' } : block;
}

function openingDeltas(block: Block): BlockDelta[] {
  switch (block.type) {
    case 'text':
    case 'thinking':
    case 'refusal':
      return [{ type: 'text', text: block.text }];
    case 'audio':
      return [{ type: 'text', text: block.transcript ?? '' }];
    case 'tool_use':
      return [{ type: 'arguments', text: block.arguments }];
    default:
      return [];
  }
}
