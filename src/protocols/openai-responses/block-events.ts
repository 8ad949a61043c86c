import type { Block, BlockDelta } from '../conversation.js';
import { callEvents } from './call-events.js';
import type { ItemPlace, StreamEventBody } from './event-writer.js';
import type { Piece } from './message-item.js';
import type { ItemContext } from './output-items.js';
import { summaryEvents } from './summary-events.js';
import { refusalEvents, textEvents } from './text-events.js';

/** How one block of an item is told, between the item's `added` and `done`. */
export interface BlockEvents {
  readonly begin: readonly StreamEventBody[];
  grow(delta: BlockDelta): readonly StreamEventBody[];
  end(piece: Piece): readonly StreamEventBody[];
}

/** @param contentIndex the block's place in its message */
export function blockEvents(
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
