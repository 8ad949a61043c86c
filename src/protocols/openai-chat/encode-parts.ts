import type {
  AudioBlock,
  Block,
  CacheBreakpoint,
  DocumentBlock,
  ImageBlock,
} from '../conversation.js';
import { UntranslatableError } from '../translation.js';
import { writeDataUrl } from './media-url.js';
import type { PeerProfile } from './peer-profile.js';

export type Part = Record<string, unknown>;

/** A block of a user or system turn as a content part. Throws UntranslatableError. */
export function encodePart(block: Block, profile: PeerProfile): Part {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text, ...cacheMark(block.cache, profile) };
    case 'image':
      return { ...encodeImage(block), ...cacheMark(block.cache, profile) };
    case 'document':
      return { ...encodeDocument(block, profile), ...cacheMark(block.cache, profile) };
    case 'audio':
      return encodeAudio(block, profile);
    case 'opaque':
      if (block.protocol === 'openai-chat') return block.value as Part;
      throw new UntranslatableError(
        block.name,
        `"${block.name}" blocks are not known to this model`,
      );
    default:
      throw new UntranslatableError(
        block.type,
        `"${block.type}" blocks have no place in a user turn`,
      );
  }
}

/** Parts, or one string where nothing but text is said. */
export function encodeContent(
  blocks: readonly Block[],
  profile: PeerProfile,
  separator: string,
): string | Part[] {
  const isText = blocks.every(({ type }) => type === 'text');
  const isMarked = profile.cacheMark !== null && blocks.some((block) => 'cache' in block);
  const joins = separator !== '' || blocks.length <= 1 || profile.plainStringContent;
  if (isText && !isMarked && joins) {
    return blocks.map((block) => (block.type === 'text' ? block.text : '')).join(separator || '\n');
  }
  return blocks.map((block) => encodePart(block, profile));
}

/** The end of a prefix as this provider marks it. OpenAI's lifetime is the request's own, which every model takes. */
export function cacheMark(
  cache: CacheBreakpoint | undefined,
  { cacheMark: field }: PeerProfile,
): Part {
  if (cache === undefined || field === null) return {};
  if (field === 'prompt_cache_breakpoint') return { [field]: { mode: 'explicit' } };
  return { [field]: { type: 'ephemeral', ...(cache.ttl === '1h' && { ttl: '1h' }) } };
}

function encodeImage({ source, detail }: ImageBlock): Part {
  if (source.kind === 'file') {
    throw new UntranslatableError('image', 'images by file id cannot be sent to this provider');
  }
  const url = source.kind === 'url' ? source.url : writeDataUrl(source.mediaType, source.data);
  return { type: 'image_url', image_url: { url, ...(detail && { detail }) } };
}

function encodeDocument(
  { source, title, context }: DocumentBlock,
  { provider }: PeerProfile,
): Part {
  switch (source.kind) {
    case 'text':
      return { type: 'text', text: [title, context, source.text].filter(Boolean).join('\n\n') };
    case 'base64':
      return {
        type: 'file',
        file: {
          filename: title ?? 'document.pdf',
          file_data: writeDataUrl(source.mediaType, source.data),
        },
      };
    case 'file':
      if (source.provider === provider) return { type: 'file', file: { file_id: source.id } };
      throw new UntranslatableError(
        'document',
        `a file stored at ${source.provider} cannot be read by ${provider}`,
      );
    case 'url':
      throw new UntranslatableError(
        'document',
        'documents by address cannot be sent to this provider',
      );
  }
}

const AUDIO_FORMATS: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/x-wav': 'wav',
  'audio/wave': 'wav',
};

function encodeAudio({ source }: AudioBlock, { bareAudio }: PeerProfile): Part {
  if (source.kind !== 'base64') {
    throw new UntranslatableError('audio', 'audio can only be sent as data to this provider');
  }
  const { mediaType, data } = source;
  if (bareAudio) return { type: 'input_audio', input_audio: data };
  const format = AUDIO_FORMATS[mediaType] ?? mediaType.replace(/^audio\//, '');
  return { type: 'input_audio', input_audio: { data, format } };
}
