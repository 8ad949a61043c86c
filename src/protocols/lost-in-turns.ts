import type { Block, ConversationRequest, Role } from './conversation.js';

/** What a provider has a place for in a conversation beside its words. */
export interface TurnPlaces {
  /** Whether these thoughts are shown to it again. */
  thinking(block: Extract<Block, { type: 'thinking' | 'redacted_thinking' }>): boolean;
  /** Whether a breakpoint for its cache can stand there. */
  cache(place: Role | 'tools'): boolean;
  readonly citations: boolean;
  readonly imageDetail: boolean;
  /** The context of a document that is not text. */
  readonly documentContext: boolean;
}

/**
 * The names of what gets lost in the turns and tools of a request: nothing of it changes the question, but the client is told.
 * They are names of the internal form, as in EncodedRequest.
 */
export function lostInTurns(
  { turns, tools }: Pick<ConversationRequest, 'turns' | 'tools'>,
  places: TurnPlaces,
): string[] {
  const lost = new Set<string>();
  if (tools.some((tool) => 'cache' in tool) && !places.cache('tools')) lost.add('turns.cache');
  for (const { role, blocks } of turns) {
    for (const block of blocks) {
      findLosses(block, role, places, lost);
      if (block.type !== 'tool_result') continue;
      for (const part of block.content) findLosses(part, role, places, lost);
    }
  }
  return [...lost];
}

function findLosses(block: Block, role: Role, places: TurnPlaces, lost: Set<string>): void {
  if ('cache' in block && block.cache && !places.cache(role)) lost.add('turns.cache');
  switch (block.type) {
    case 'thinking':
    case 'redacted_thinking':
      if (!places.thinking(block)) lost.add('turns.thinking');
      break;
    case 'image': {
      const { detail = 'auto' } = block;
      if (detail !== 'auto' && !places.imageDetail) lost.add('turns.detail');
      break;
    }
    case 'document':
      if (block.citations && !places.citations) lost.add('turns.citations');
      if (block.context !== null && block.source.kind !== 'text' && !places.documentContext) {
        lost.add('turns.context');
      }
      break;
  }
}
