import type {
  Block,
  DocumentBlock,
  Media,
  OpaqueBlock,
  TextBlock,
  ToolResultBlock,
} from '../conversation.js';
import { readCitation } from './read-citation.js';
import { readCache, shape } from './request-shape.js';
import type { JsonObject } from './shape-reader.js';
import { readEnvelope } from './signature-envelope.js';

/** `content` of a message or `system`: a text or a list of blocks. */
export function readContent(value: unknown, path: string): Block[] {
  if (typeof value === 'string') return [{ type: 'text', text: value }];
  const blocks: Block[] = [];
  let signature: TextBlock['signature'] | null = null;
  for (const [index, item] of shape.array(value, path).entries()) {
    const block = shape.object(item, `${path}.${index}`);
    const moved = signatureOfNeighbour(block);
    if (moved?.place === 'previous') sign(blocks, blocks.pop(), moved.signature);
    else if (moved) signature = moved.signature;
    else {
      sign(blocks, readBlock(block, `${path}.${index}`), signature);
      signature = null;
    }
  }
  return blocks;
}

/** A thinking block the gateway made to carry the signature of the block beside it. */
function signatureOfNeighbour(block: JsonObject): ReturnType<typeof readEnvelope> | null {
  const { type, thinking, signature } = block;
  if (type !== 'thinking' || thinking !== '' || typeof signature !== 'string') return null;
  const envelope = readEnvelope(signature);
  return envelope.place === 'here' ? null : envelope;
}

function sign(blocks: Block[], block: Block | undefined, signature: TextBlock['signature'] | null) {
  if (!block) return;
  const takes = signature && (block.type === 'text' || block.type === 'tool_use');
  blocks.push(takes ? { ...block, signature } : block);
}

function readBlock(block: JsonObject, path: string): Block {
  const type = shape.string(block['type'], `${path}.type`);
  const cache = readCache(block, path);
  switch (type) {
    case 'text':
      return { ...readText(block, path), ...cache };
    case 'image':
      return { type, source: readMedia(block['source'], `${path}.source`), ...cache };
    case 'document':
      return readDocument(block, path);
    case 'search_result':
      return { type: 'text', text: searchResultText(block, path), ...cache };
    case 'compaction':
      return readCompaction(block, path);
    case 'thinking': {
      const { signature } = readEnvelope(
        shape.optional(block['signature'], `${path}.signature`, shape.string) ?? '',
      );
      return { type, text: shape.string(block['thinking'], `${path}.thinking`), signature };
    }
    case 'redacted_thinking': {
      const data = shape.string(block['data'], `${path}.data`);
      const { signature } = readEnvelope(data);
      return { type, data: signature ?? { provider: 'anthropic', value: data } };
    }
    case 'tool_use':
      return {
        type,
        id: shape.string(block['id'], `${path}.id`),
        name: shape.string(block['name'], `${path}.name`),
        arguments: JSON.stringify(shape.object(block['input'], `${path}.input`)),
        kind: 'function',
        ...cache,
      };
    case 'tool_result':
      return { ...readToolResult(block, path), ...cache };
    default:
      return opaque(type, block);
  }
}

function opaque(name: string, value: JsonObject): OpaqueBlock {
  return { type: 'opaque', protocol: 'anthropic-messages', name, value };
}

function readText(block: JsonObject, path: string): TextBlock {
  const text = shape.string(block['text'], `${path}.text`);
  const citations = shape.optional(block['citations'], `${path}.citations`, shape.array) ?? [];
  if (citations.length === 0) return { type: 'text', text };
  return {
    type: 'text',
    text,
    citations: citations.map((item, index) =>
      readCitation(shape.object(item, `${path}.citations.${index}`)),
    ),
  };
}

/** A summary stands for all that came before it; one without words is nothing. */
function readCompaction(block: JsonObject, path: string): Block {
  const text = shape.optional(block['content'], `${path}.content`, shape.string);
  return text === null
    ? opaque('compaction', block)
    : { type: 'text', text, ...readCache(block, path) };
}

function readMedia(value: unknown, path: string): Media {
  const source = shape.object(value, path);
  switch (source['type']) {
    case 'base64':
      return {
        kind: 'base64',
        mediaType: shape.string(source['media_type'], `${path}.media_type`),
        data: shape.string(source['data'], `${path}.data`),
      };
    case 'url':
      return { kind: 'url', url: shape.string(source['url'], `${path}.url`), mediaType: null };
    case 'file': {
      const id = shape.string(source['file_id'], `${path}.file_id`);
      return { kind: 'file', provider: 'anthropic', id };
    }
    default:
      throw shape.expected(`${path}.type`, 'base64, url or file');
  }
}

function readDocument(block: JsonObject, path: string): DocumentBlock | OpaqueBlock {
  const source = shape.object(block['source'], `${path}.source`);
  const citations = shape.optional(block['citations'], `${path}.citations`, shape.object);
  const text = documentText(source, `${path}.source`);
  // Text and images in one document: no other protocol has such a thing.
  if (source['type'] === 'content' && text === null) return opaque('document', block);
  return {
    type: 'document',
    source: text === null ? readMedia(source, `${path}.source`) : { kind: 'text', text },
    title: shape.optional(block['title'], `${path}.title`, shape.string),
    context: shape.optional(block['context'], `${path}.context`, shape.string),
    citations: citations?.['enabled'] === true,
    ...readCache(block, path),
  };
}

function documentText(source: JsonObject, path: string): string | null {
  if (source['type'] === 'text') return shape.string(source['data'], `${path}.data`);
  if (source['type'] !== 'content') return null;
  const blocks = readContent(source['content'], `${path}.content`);
  const texts = blocks.filter((block) => block.type === 'text');
  return texts.length === blocks.length ? texts.map(({ text }) => text).join('\n\n') : null;
}

/** Every provider reads text; that it may be cited is all it loses. */
function searchResultText(block: JsonObject, path: string): string {
  const head = [
    shape.string(block['title'], `${path}.title`),
    shape.string(block['source'], `${path}.source`),
  ];
  const content = readContent(block['content'], `${path}.content`);
  const texts = content.map((part) => (part.type === 'text' ? part.text : ''));
  return [head.join('\n'), ...texts].join('\n\n');
}

function readToolResult(block: JsonObject, path: string): ToolResultBlock {
  const content = shape.optional(block['content'], `${path}.content`, readContent) ?? [];
  return {
    type: 'tool_result',
    toolUseId: shape.string(block['tool_use_id'], `${path}.tool_use_id`),
    content: content.map((part, index) => {
      const { type } = part;
      if (type === 'text' || type === 'image' || type === 'document' || type === 'opaque') {
        return part;
      }
      throw shape.expected(`${path}.content.${index}.type`, 'a block a tool may return');
    }),
    isError: shape.optional(block['is_error'], `${path}.is_error`, shape.boolean) ?? false,
  };
}
