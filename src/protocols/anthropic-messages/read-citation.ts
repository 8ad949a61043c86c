import type { Citation } from '../conversation.js';
import type { JsonObject } from './shape-reader.js';

/** The places Anthropic gives are in the cited document, not in the answer. */
export function readCitation(citation: JsonObject): Citation {
  return {
    text: textOr(citation['cited_text'], ''),
    url: textOr(citation['url'], null),
    title: textOr(citation['title'] ?? citation['document_title'], null),
    start: null,
    end: null,
  };
}

function textOr<T>(value: unknown, otherwise: T): string | T {
  return typeof value === 'string' ? value : otherwise;
}
