import type { ConversationEvent } from '../../src/protocols/conversation.js';

/** What is wrong with the order of events, by the rules of ConversationEvent; null when nothing is. */
export function grammarFault(events: readonly ConversationEvent[]): string | null {
  const open = new Map<number, number>();
  const opened = new Map<number, number>();
  const finished = new Set<number>();
  for (const [position, event] of events.entries()) {
    if (event.type === 'start') {
      if (position !== 0) return 'starts twice';
      continue;
    }
    if (event.type === 'error' && position !== events.length - 1) return 'goes on after an error';
    if (!('candidate' in event)) continue;
    const { candidate } = event;
    if (finished.has(candidate)) return `goes on after its end: ${event.type}`;
    if (event.type === 'finish') {
      if (open.has(candidate)) return 'finishes in the midst of a block';
      finished.add(candidate);
    } else if (event.type === 'block_start') {
      if (open.has(candidate)) return 'opens a block in another';
      if (event.index !== (opened.get(candidate) ?? -1) + 1) return 'leaves a gap between blocks';
      open.set(candidate, event.index);
      opened.set(candidate, event.index);
    } else if (event.type === 'block_end') {
      if (open.get(candidate) !== event.index) return 'ends a block that is not open';
      open.delete(candidate);
    } else if (event.delta.type === 'citation') {
      if (event.index > (opened.get(candidate) ?? -1)) return 'cites in a block yet to come';
    } else if (event.delta.type !== 'logprobs' && open.get(candidate) !== event.index) {
      return `a ${event.delta.type} delta for a block that is not open`;
    }
  }
  return null;
}
