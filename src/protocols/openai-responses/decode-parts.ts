import type {
  AudioBlock,
  Block,
  CacheBreakpoint,
  Citation,
  DocumentBlock,
  ImageBlock,
  Media,
  TextBlock,
} from '../conversation.js';
import {
  asFields,
  join,
  optionalFields,
  optionalList,
  optionalText,
  refuse,
  requiredText,
  type Fields,
} from './request-fields.js';

/** A message's or a tool output's content: a text, or a list of parts. A part nobody knows stays as it is. */
export function decodeContent(content: unknown, path: string): Block[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) return refuse(path, 'must be a string or an array of parts');
  return content.map((part, index) => decodePart(part, `${path}[${index}]`));
}

function decodePart(value: unknown, path: string): Block {
  const part = asFields(value, path);
  const type = requiredText(part, 'type', path);
  switch (type) {
    case 'input_text':
    case 'text':
      return { type: 'text', text: requiredText(part, 'text', path), ...cacheOf(part, path) };
    case 'output_text':
      return decodeOutputText(part, path);
    case 'refusal':
      return { type: 'refusal', text: requiredText(part, 'refusal', path) };
    case 'input_image':
      return decodeImage(part, path);
    case 'input_file':
      return decodeFile(part, path);
    case 'input_audio':
      return decodeAudio(part, path);
    default:
      return { type: 'opaque', protocol: 'openai-responses', name: type, value };
  }
}

function decodeOutputText(part: Fields, path: string): TextBlock {
  const text = requiredText(part, 'text', path);
  const citations = optionalList(part, 'annotations', path)
    .map((annotation, index) => asFields(annotation, `${path}.annotations[${index}]`))
    .filter(({ type }) => type === 'url_citation')
    .map((annotation) => citationOf(annotation, text));
  return citations.length === 0 ? { type: 'text', text } : { type: 'text', text, citations };
}

function citationOf({ url, title, start_index, end_index }: Fields, text: string): Citation {
  const start = typeof start_index === 'number' ? start_index : null;
  const end = typeof end_index === 'number' ? end_index : null;
  return {
    text: start === null || end === null ? '' : text.slice(start, end),
    url: typeof url === 'string' ? url : null,
    title: typeof title === 'string' ? title : null,
    start,
    end,
  };
}

const DETAILS: readonly unknown[] = ['auto', 'low', 'high', 'original'];

function decodeImage(part: Fields, path: string): ImageBlock {
  const detail = optionalText(part, 'detail', path);
  return {
    type: 'image',
    source:
      urlMedia(optionalText(part, 'image_url', path)) ??
      fileMedia(optionalText(part, 'file_id', path)) ??
      refuse(join(path, 'image_url'), 'is required'),
    ...(DETAILS.includes(detail) && { detail: detail as NonNullable<ImageBlock['detail']> }),
    ...cacheOf(part, path),
  };
}

function decodeFile(part: Fields, path: string): DocumentBlock {
  const title = optionalText(part, 'filename', path);
  const data = optionalText(part, 'file_data', path);
  return {
    type: 'document',
    source:
      fileData(data, title) ??
      urlMedia(optionalText(part, 'file_url', path)) ??
      fileMedia(optionalText(part, 'file_id', path)) ??
      refuse(join(path, 'file_data'), 'is required'),
    title,
    context: null,
    citations: false,
    ...cacheOf(part, path),
  };
}

function decodeAudio(part: Fields, path: string): AudioBlock {
  const inside = join(path, 'input_audio');
  const audio = optionalFields(part, 'input_audio', path) ?? refuse(inside, 'is required');
  const format = requiredText(audio, 'format', inside);
  const mediaType = `audio/${format === 'mp3' ? 'mpeg' : format}`;
  const data = requiredText(audio, 'data', inside);
  return { type: 'audio', source: { kind: 'base64', mediaType, data } };
}

function urlMedia(url: string | null): Media | null {
  if (url === null) return null;
  // Searching for the comma alone: a regular expression over megabytes of base64 is slow.
  const head = url.startsWith('data:') ? url.slice(5, url.indexOf(',')) : '';
  if (!head.endsWith(';base64')) return { kind: 'url', url, mediaType: null };
  const mediaType = head.slice(0, head.indexOf(';')) || 'application/octet-stream';
  return { kind: 'base64', mediaType, data: url.slice(url.indexOf(',') + 1) };
}

function fileMedia(id: string | null): Media | null {
  return id === null ? null : { kind: 'file', provider: 'openai', id };
}

/** A data URL, or bare base64, which OpenAI takes for the type of the file's name. */
function fileData(data: string | null, filename: string | null): Media | null {
  if (data === null) return null;
  if (data.startsWith('data:')) return urlMedia(data);
  const mediaType = /\.(txt|md|csv)$/i.test(filename ?? '') ? 'text/plain' : 'application/pdf';
  return { kind: 'base64', mediaType, data };
}

/** OpenAI's two lifetimes, 30 minutes and 12 hours, stand for the short and the long one. */
function cacheOf(part: Fields, path: string): { cache?: CacheBreakpoint } {
  const breakpoint = optionalFields(part, 'prompt_cache_breakpoint', path);
  return breakpoint === null ? {} : { cache: { ttl: breakpoint['ttl'] === '12h' ? '1h' : '5m' } };
}
