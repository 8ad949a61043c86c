import type { Citation } from '../conversation.js';
import { isObject, objectList, type JsonObject } from '../read-json.js';

/** A candidate's text, and where the block that citations go to begins in it. */
export interface CitedText {
  readonly text: string;
  readonly blockStart: number;
}

/**
 * The sources of a candidate: what a search found (`groundingMetadata`) and what the model quotes (`citationMetadata`).
 * Gemini counts positions in bytes of UTF-8, from the beginning of the text.
 */
export function readCitations(candidate: JsonObject, cited: CitedText): Citation[] {
  return [...groundedCitations(candidate, cited), ...quotedCitations(candidate, cited)];
}

function groundedCitations({ groundingMetadata }: JsonObject, cited: CitedText): Citation[] {
  if (!isObject(groundingMetadata)) return [];
  const chunks = objectList(groundingMetadata['groundingChunks'], 'groundingChunks');
  const supports = objectList(groundingMetadata['groundingSupports'], 'groundingSupports');
  const citations = supports.flatMap(({ segment, groundingChunkIndices }) => {
    const place = locate(isObject(segment) ? segment : {}, cited);
    const indices = Array.isArray(groundingChunkIndices) ? groundingChunkIndices : [];
    return indices
      .map((index: unknown) => chunks[Number(index)])
      .filter((chunk) => chunk !== undefined)
      .map((chunk) => ({ ...place, ...sourceOf(chunk) }));
  });
  if (supports.length > 0) return citations;
  return chunks.map((chunk) => ({ text: '', start: null, end: null, ...sourceOf(chunk) }));
}

function quotedCitations({ citationMetadata }: JsonObject, cited: CitedText): Citation[] {
  if (!isObject(citationMetadata)) return [];
  const { citations, citationSources } = citationMetadata;
  return objectList(citations ?? citationSources, 'citations').map((citation) => ({
    ...locate(citation, cited),
    ...linkOf(citation),
  }));
}

/** Of the web, of a document store or of a map. */
function sourceOf(chunk: JsonObject): Pick<Citation, 'url' | 'title'> {
  const { web, retrievedContext, maps } = chunk;
  return linkOf([web, retrievedContext, maps].find(isObject) ?? {});
}

function linkOf({ uri, title }: JsonObject): Pick<Citation, 'url' | 'title'> {
  return {
    url: typeof uri === 'string' ? uri : null,
    title: typeof title === 'string' ? title : null,
  };
}

function locate(
  { startIndex = 0, endIndex, text: words }: JsonObject,
  { text, blockStart }: CitedText,
): Pick<Citation, 'text' | 'start' | 'end'> {
  const bytes = Buffer.from(text);
  const unit = (offset: unknown): number =>
    bytes.subarray(0, Math.max(0, Number(offset) || 0)).toString().length;
  let start = unit(startIndex);
  let end = unit(endIndex);
  if (typeof words === 'string' && words !== '' && !text.startsWith(words, start)) {
    start = text.indexOf(words);
    end = start + words.length;
  }
  const cites = start >= blockStart && end > start;
  return {
    text: typeof words === 'string' ? words : text.slice(start, end),
    start: cites ? start - blockStart : null,
    end: cites ? end - blockStart : null,
  };
}
