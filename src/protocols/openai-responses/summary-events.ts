import type { BlockEvents } from './block-events.js';
import type { ItemPlace, StreamEventBody } from './event-writer.js';

/** Thoughts are one part of a summary, which opens with their first word: hidden ones have none. */
export function summaryEvents(place: ItemPlace): BlockEvents {
  const at = { ...place, summary_index: 0 };
  let isOpen = false;
  return {
    begin: [],
    grow(delta) {
      if (delta.type !== 'text' || delta.text === '') return [];
      const events: StreamEventBody[] = [
        { type: 'response.reasoning_summary_text.delta', ...at, delta: delta.text },
      ];
      if (isOpen) return events;
      isOpen = true;
      const part = { type: 'summary_text' as const, text: '' };
      return [{ type: 'response.reasoning_summary_part.added', ...at, part }, ...events];
    },
    end({ block }) {
      if (block.type !== 'thinking' || !isOpen) return [];
      const { text } = block;
      const part = { type: 'summary_text' as const, text };
      return [
        { type: 'response.reasoning_summary_text.done', ...at, text },
        { type: 'response.reasoning_summary_part.done', ...at, part },
      ];
    },
  };
}
