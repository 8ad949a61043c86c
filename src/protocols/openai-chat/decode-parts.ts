import type {
  AudioBlock,
  Block,
  CacheBreakpoint,
  DocumentBlock,
  ImageBlock,
  Media,
  TextBlock,
} from '../conversation.js';
import { InvalidConversationError } from '../translation.js';
import { asObject, asText, type Json } from './json-values.js';
import { readMediaUrl } from './media-url.js';
import { readString, requireObject, requireString } from './request-fields.js';

const DETAILS = ['auto', 'low', 'high', 'original'] as const;

/** `content` of a message: a text, or parts. */
export function decodeContent(content: unknown, path: string): Block[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) {
    throw new InvalidConversationError(path, `${path} must be a string or a list of parts`);
  }
  return content.map((part, index) => decodePart(part, `${path}[${index}]`));
}

/**
 * OpenAI's `prompt_cache_breakpoint`, or the `cache_control` that OpenRouter and others took over from Anthropic. Lifetimes
 * are the nearest of the two that the internal form knows.
 */
export function cacheOf(holder: Json): { cache?: CacheBreakpoint } {
  const mark = asObject(holder['prompt_cache_breakpoint']) ?? asObject(holder['cache_control']);
  if (mark === null) return {};
  const isLong = mark['ttl'] === '12h' || mark['ttl'] === '1h';
  return { cache: { ttl: isLong ? '1h' : '5m' } };
}

function decodePart(value: unknown, path: string): Block {
  const part = requireObject(value, path);
  switch (requireString(part, 'type', `${path}.type`)) {
    case 'text':
      return decodeText(part, path);
    case 'refusal':
      return { type: 'refusal', text: requireString(part, 'refusal', `${path}.refusal`) };
    case 'image_url':
      return decodeImage(part, path);
    case 'input_audio':
      return decodeAudio(part, path);
    case 'file':
      return decodeFile(part, path);
    case 'document_url':
      return decodeDocumentUrl(part, path);
    default:
      return { type: 'opaque', protocol: 'openai-chat', name: asText(part['type']), value: part };
  }
}

function decodeText(part: Json, path: string): TextBlock {
  return { type: 'text', text: requireString(part, 'text', `${path}.text`), ...cacheOf(part) };
}

/** Some clients write the address where OpenAI has an object. */
function decodeImage(part: Json, path: string): ImageBlock {
  const image =
    typeof part['image_url'] === 'string'
      ? { url: part['image_url'] }
      : requireObject(part['image_url'], `${path}.image_url`);
  const detail = DETAILS.find((known) => known === image['detail']);
  return {
    type: 'image',
    source: readMediaUrl(requireString(image, 'url', `${path}.image_url.url`)),
    ...(detail && { detail }),
    ...cacheOf(part),
  };
}

/** Mistral writes the data alone, where OpenAI has an object. */
function decodeAudio(part: Json, path: string): AudioBlock {
  if (typeof part['input_audio'] === 'string') return bareAudio(part['input_audio']);
  const audio = requireObject(part['input_audio'], `${path}.input_audio`);
  const data = requireString(audio, 'data', `${path}.input_audio.data`);
  const format = requireString(audio, 'format', `${path}.input_audio.format`);
  const mediaType = format === 'mp3' ? 'audio/mpeg' : `audio/${format}`;
  return { type: 'audio', source: { kind: 'base64', mediaType, data } };
}

function bareAudio(text: string): AudioBlock {
  const media = readMediaUrl(text);
  if (media.kind === 'base64' || /^https?:/i.test(text)) return { type: 'audio', source: media };
  // The first bytes of RIFF, in base64; everything else is sent as MP3 in practice.
  const mediaType = text.startsWith('UklGR') ? 'audio/wav' : 'audio/mpeg';
  return { type: 'audio', source: { kind: 'base64', mediaType, data: text } };
}

function decodeFile(part: Json, path: string): DocumentBlock {
  const file = requireObject(part['file'], `${path}.file`);
  return {
    type: 'document',
    source: fileSource(file, `${path}.file`),
    title: readString(file, 'filename', `${path}.file.filename`),
    context: null,
    citations: false,
    ...cacheOf(part),
  };
}

/** Mistral's way to send a document. */
function decodeDocumentUrl(part: Json, path: string): DocumentBlock {
  const address =
    asObject(part['document_url'])?.['url'] ??
    requireString(part, 'document_url', `${path}.document_url`);
  return {
    type: 'document',
    source: readMediaUrl(asText(address)),
    title: readString(part, 'document_name', `${path}.document_name`),
    context: null,
    citations: false,
  };
}

function fileSource(file: Json, path: string): DocumentBlock['source'] {
  const id = readString(file, 'file_id', `${path}.file_id`);
  if (id !== null) return { kind: 'file', provider: 'openai', id };
  const data = requireString(file, 'file_data', `${path}.file_data`);
  const media: Media = /^(data:|https?:)/i.test(data)
    ? readMediaUrl(data)
    : { kind: 'base64', mediaType: 'application/pdf', data };
  if (media.kind === 'base64' && media.mediaType.startsWith('text/')) {
    return { kind: 'text', text: Buffer.from(media.data, 'base64').toString('utf8') };
  }
  return media;
}
