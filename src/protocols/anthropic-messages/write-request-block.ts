import type {
  Block,
  CacheBreakpoint,
  DocumentBlock,
  ImageBlock,
  Media,
  ToolResultBlock,
} from '../conversation.js';
import { UntranslatableError } from '../translation.js';
import { isObject, type JsonObject } from './shape-reader.js';
import { toolInput } from './tool-arguments.js';
import { anthropicToolName } from './tool-name.js';

const IMAGE_TYPES = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

/** Blocks both sides of a conversation may hold. Throws UntranslatableError for what Anthropic cannot be told. */
export function writeUserBlock(block: Block): JsonObject {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text, ...writeCache(block.cache) };
    case 'refusal':
      return { type: 'text', text: block.text };
    case 'image':
      return writeImage(block);
    case 'document':
      return writeDocument(block);
    case 'opaque':
      if (block.protocol === 'anthropic-messages' && isObject(block.value)) {
        return { ...block.value };
      }
      throw new UntranslatableError('messages', `Anthropic has no "${block.name}" content`);
    case 'audio':
      throw new UntranslatableError('messages', 'Anthropic takes no input_audio');
    default:
      throw new UntranslatableError('messages', `a user cannot say a ${block.type} block`);
  }
}

/** @param id as ToolIds gave it to this call */
export function writeToolUse(block: Extract<Block, { type: 'tool_use' }>, id: string): JsonObject {
  return {
    type: 'tool_use',
    id,
    name: anthropicToolName(block.name),
    input: block.kind === 'custom' ? { input: block.arguments } : toolInput(block.arguments),
    ...writeCache(block.cache),
  };
}

/** @param id as ToolIds gave it to the call it answers */
export function writeToolResult(block: ToolResultBlock, id: string): JsonObject {
  const content = block.content
    .filter((part) => part.type !== 'text' || part.text.trim() !== '')
    .map(writeUserBlock);
  return {
    type: 'tool_result',
    tool_use_id: id,
    ...(content.length > 0 && { content }),
    ...(block.isError && { is_error: true }),
    ...writeCache(block.cache),
  };
}

export function writeCache(cache: CacheBreakpoint | undefined): JsonObject {
  if (!cache) return {};
  return { cache_control: { type: 'ephemeral', ...(cache.ttl === '1h' && { ttl: '1h' }) } };
}

function writeImage({ source, cache }: ImageBlock): JsonObject {
  return { type: 'image', source: writeMedia(source, imageType), ...writeCache(cache) };
}

function imageType(mediaType: string): string {
  const type = mediaType === 'image/jpg' ? 'image/jpeg' : mediaType;
  if (IMAGE_TYPES.has(type)) return type;
  throw new UntranslatableError('messages', `Anthropic takes no ${mediaType} images`);
}

function writeDocument({ source, title, context, citations, cache }: DocumentBlock): JsonObject {
  return {
    type: 'document',
    source: writeDocumentSource(source),
    ...(title !== null && { title }),
    ...(context !== null && { context }),
    ...(citations && { citations: { enabled: true } }),
    ...writeCache(cache),
  };
}

function writeDocumentSource(source: DocumentBlock['source']): JsonObject {
  if (source.kind === 'text') return plainText(source.text);
  if (source.kind === 'base64' && source.mediaType.startsWith('text/')) {
    return plainText(Buffer.from(source.data, 'base64').toString('utf8'));
  }
  return writeMedia(source, documentType);
}

function plainText(data: string): JsonObject {
  return { type: 'text', media_type: 'text/plain', data };
}

function documentType(mediaType: string): string {
  if (mediaType === 'application/pdf') return mediaType;
  throw new UntranslatableError('messages', `Anthropic takes no ${mediaType} documents`);
}

function writeMedia(source: Media, checkedType: (mediaType: string) => string): JsonObject {
  switch (source.kind) {
    case 'base64':
      return { type: 'base64', media_type: checkedType(source.mediaType), data: source.data };
    case 'url':
      return { type: 'url', url: source.url };
    case 'file':
      if (source.provider === 'anthropic') return { type: 'file', file_id: source.id };
      throw new UntranslatableError('messages', `file ${source.id} is not Anthropic's`);
  }
}
