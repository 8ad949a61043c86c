import type { BlockDelta } from '../conversation.js';
import type { StreamEventBody } from './event-writer.js';
import type { Piece } from './message-item.js';

/** How one block of an item is told, between the item's `added` and `done`. */
export interface BlockEvents {
  readonly begin: readonly StreamEventBody[];
  grow(delta: BlockDelta): readonly StreamEventBody[];
  end(piece: Piece): readonly StreamEventBody[];
}
