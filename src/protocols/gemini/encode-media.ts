import type { Part } from '@google/genai';
import type { AudioBlock, DocumentBlock, ImageBlock, Media } from '../conversation.js';
import { UntranslatableError } from '../translation.js';

/** Files uploaded to Gemini or to Google's storage, and videos it fetches itself. */
const REACHABLE =
  /^(gs:\/\/|https:\/\/generativelanguage\.googleapis\.com\/|https:\/\/(www\.)?youtube\.com\/|https:\/\/youtu\.be\/)/;

/**
 * An image, document or sound as parts: inline, or by an address that Gemini itself can read. Throws UntranslatableError.
 * @param takesResolution whether the model can be told how closely to look (Gemini 3)
 */
export function encodeMedia(
  block: ImageBlock | DocumentBlock | AudioBlock,
  takesResolution = false,
): Part[] {
  if (block.type === 'audio' && block.transcript) return [{ text: block.transcript }];
  const { source } = block;
  const head = block.type === 'document' ? heading(block) : [];
  if (source.kind === 'text') return [...head, ...(source.text ? [{ text: source.text }] : [])];
  const part = mediaPart(source, block.type);
  const level = block.type === 'image' && takesResolution ? LEVELS[block.detail ?? 'auto'] : null;
  return [...head, level ? { ...part, mediaResolution: { level: level as Level } } : part];
}

type Level = NonNullable<NonNullable<Part['mediaResolution']>['level']>;

/** Gemini 3 is told part by part how closely to look; `auto` leaves it to the model. */
const LEVELS: Readonly<Record<NonNullable<ImageBlock['detail']>, string | null>> = {
  auto: null,
  low: 'MEDIA_RESOLUTION_LOW',
  high: 'MEDIA_RESOLUTION_HIGH',
  original: 'MEDIA_RESOLUTION_ULTRA_HIGH',
};

function heading({ title, context }: DocumentBlock): Part[] {
  const text = [title, context].filter(Boolean).join('\n');
  return text ? [{ text }] : [];
}

function mediaPart(source: Media, type: string): Part {
  switch (source.kind) {
    case 'base64':
      return { inlineData: { mimeType: source.mediaType, data: source.data } };
    case 'file':
      if (source.provider !== 'gemini') {
        throw new UntranslatableError(type, `the file ${source.id} is not one of Gemini's`);
      }
      return { fileData: { fileUri: source.id } };
    case 'url':
      if (!REACHABLE.test(source.url)) {
        throw new UntranslatableError(
          type,
          `for this model the ${type} must be sent inline as base64: the gateway fetches no addresses`,
        );
      }
      return {
        fileData: {
          fileUri: source.url,
          ...(source.mediaType !== null && { mimeType: source.mediaType }),
        },
      };
  }
}
