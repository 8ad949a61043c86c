import type { ChatCompletionMessage } from 'openai/resources/chat/completions';
import type { Citation } from '../conversation.js';

/**
 * A citation as OpenAI has it; null for one without an address. `offset` is where the block's text begins in the message and
 * `end` where it ends: a citation that names no place is about all of it, as with Anthropic, where each claim is a block.
 */
export function writeAnnotation(
  citation: Citation,
  offset: number,
  end: number,
): ChatCompletionMessage.Annotation | null {
  const { url, title, start } = citation;
  if (url === null) return null;
  return {
    type: 'url_citation',
    url_citation: {
      url,
      title: title ?? url,
      start_index: start === null ? offset : offset + start,
      end_index: citation.end === null ? end : offset + citation.end,
    },
  };
}
