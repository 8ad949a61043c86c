import type { Block, Turn } from '../conversation.js';
import { UntranslatableError } from '../translation.js';

/** What one side said until the other spoke. */
export interface Group {
  readonly role: 'user' | 'assistant';
  readonly blocks: Block[];
}

/** Stands where the API wants a message of the user and there is none. */
const NOTHING = '.';

/** A later system turn becomes words of the user, in its place: only the newest models take it as it is. */
export function groupTurns(turns: readonly Turn[], dropped: Set<string>): Group[] {
  const groups: Group[] = [];
  for (const { role, blocks } of turns) {
    const wanted = role === 'assistant' ? 'assistant' : 'user';
    const kept = blocks
      .filter(hasContent)
      .flatMap((block) => (wanted === 'user' ? [block] : sayable(block, dropped)));
    if (kept.length === 0) continue;
    const last = groups.at(-1);
    if (last?.role === wanted) for (const block of kept) last.blocks.push(block);
    else groups.push({ role: wanted, blocks: kept });
  }
  if (groups[0]?.role !== 'user') {
    groups.unshift({ role: 'user', blocks: [{ type: 'text', text: NOTHING }] });
  }
  return groups;
}

export function hasContent(block: Block): boolean {
  return (block.type !== 'text' && block.type !== 'refusal') || block.text.trim() !== '';
}

/** What the assistant may have said before, as far as Anthropic reads it. Proof of another provider's thinking is an error. */
function sayable(block: Block, dropped: Set<string>): Block[] {
  switch (block.type) {
    case 'thinking':
      return block.signature?.provider === 'anthropic' ? [block] : [];
    case 'redacted_thinking':
      return block.data.provider === 'anthropic' ? [block] : [];
    case 'audio':
      if (block.transcript?.trim()) return [{ type: 'text', text: block.transcript }];
      break;
    case 'text':
    case 'refusal':
    case 'tool_use':
      return [block];
    case 'opaque':
      if (block.protocol === 'anthropic-messages') return [block];
      throw new UntranslatableError('messages', `Anthropic has nothing like ${block.name}`);
  }
  dropped.add(`messages.${block.type}`);
  return [];
}

/** Whether the round of tool calls the model is in the middle of, if any, begins without thinking. */
export function lacksThinking(groups: readonly Group[]): boolean {
  const start = groups.findLastIndex(
    ({ role, blocks }) => role === 'user' && !blocks.some(({ type }) => type === 'tool_result'),
  );
  return groups
    .slice(start + 1)
    .some(
      ({ role, blocks }) =>
        role === 'assistant' &&
        blocks.some(({ type }) => type === 'tool_use') &&
        !['thinking', 'redacted_thinking'].includes(blocks[0]?.type ?? ''),
    );
}
