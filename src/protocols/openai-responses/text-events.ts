import type { BlockEvents } from './block-events.js';
import type { ItemPlace } from './event-writer.js';
import { annotationsOf, contentLogprobs, writePart } from './message-item.js';

/** A text part; its citations follow its words, when their ends are known. */
export function textEvents(place: ItemPlace, content_index: number): BlockEvents {
  const at = { ...place, content_index };
  return {
    begin: [
      {
        type: 'response.content_part.added',
        ...at,
        part: { type: 'output_text', text: '', annotations: [], logprobs: [] },
      },
    ],
    grow(delta) {
      if (delta.type === 'logprobs') {
        const logprobs = [...contentLogprobs(delta.logprobs)];
        if (logprobs.length === 0) return [];
        return [{ type: 'response.output_text.delta', ...at, delta: '', logprobs }];
      }
      if (delta.type !== 'text' || delta.text === '') return [];
      return [{ type: 'response.output_text.delta', ...at, delta: delta.text, logprobs: [] }];
    },
    end(piece) {
      const part = writePart(piece);
      const text = part.type === 'output_text' ? part.text : '';
      return [
        ...annotationsOf(piece.block).map((annotation, annotation_index) => ({
          type: 'response.output_text.annotation.added' as const,
          ...at,
          annotation_index,
          annotation,
        })),
        { type: 'response.output_text.done', ...at, text, logprobs: [...piece.logprobs] },
        { type: 'response.content_part.done', ...at, part },
      ];
    },
  };
}

export function refusalEvents(place: ItemPlace, content_index: number): BlockEvents {
  const at = { ...place, content_index };
  return {
    begin: [{ type: 'response.content_part.added', ...at, part: { type: 'refusal', refusal: '' } }],
    grow: (delta) =>
      delta.type === 'text' && delta.text !== ''
        ? [{ type: 'response.refusal.delta', ...at, delta: delta.text }]
        : [],
    end(piece) {
      const part = writePart(piece);
      const refusal = part.type === 'refusal' ? part.refusal : '';
      return [
        { type: 'response.refusal.done', ...at, refusal },
        { type: 'response.content_part.done', ...at, part },
      ];
    },
  };
}
