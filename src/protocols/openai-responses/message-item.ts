import type {
  ResponseOutputMessage,
  ResponseOutputRefusal,
  ResponseOutputText,
} from 'openai/resources/responses/responses';
import type { Block } from '../conversation.js';
import type { ItemContext, ItemStatus } from './item-context.js';

export type Logprob = ResponseOutputText.Logprob;

/** A block of a message, and what the provider says of its tokens. */
export interface Piece {
  readonly block: Block;
  readonly logprobs: readonly Logprob[];
}

export function writeMessage(
  pieces: readonly Piece[],
  index: number,
  status: ItemStatus,
  { id }: ItemContext,
): ResponseOutputMessage {
  const content = pieces.map(writePart);
  return { id: `msg_${id}_${index}`, type: 'message', role: 'assistant', status, content };
}

export function writePart({ block, logprobs }: Piece): ResponseOutputText | ResponseOutputRefusal {
  if (block.type === 'refusal') return { type: 'refusal', refusal: block.text };
  const text = block.type === 'text' ? block.text : '';
  return {
    type: 'output_text',
    text: block.type === 'audio' ? (block.transcript ?? '') : text,
    annotations: annotationsOf(block),
    logprobs: [...logprobs],
  };
}

/** A citation without an address has no form here; one without a place is about the whole text. */
export function annotationsOf(block: Block): ResponseOutputText.URLCitation[] {
  if (block.type !== 'text') return [];
  return (block.citations ?? []).flatMap(({ url, title, start, end }) =>
    url === null
      ? []
      : [
          {
            type: 'url_citation' as const,
            url,
            title: title ?? '',
            start_index: start ?? 0,
            end_index: end ?? block.text.length,
          },
        ],
  );
}

/** OpenAI's chat form of `logprobs`, without those of a refusal, which have no place here. */
export function contentLogprobs(logprobs: unknown): readonly Logprob[] {
  return (logprobs as { content?: Logprob[] | null } | null)?.content ?? [];
}
