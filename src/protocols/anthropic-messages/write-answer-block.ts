import type { Block, Citation } from '../conversation.js';
import { isObject, type JsonObject } from './shape-reader.js';
import { writeEnvelope } from './signature-envelope.js';
import { toolInput } from './tool-arguments.js';
import type { ToolIds } from './tool-ids.js';

/** A whole block of an answer as an Anthropic client knows it; empty where the protocol has nothing like it. */
export function writeAnswerBlock(block: Block, ids: ToolIds): JsonObject[] {
  switch (block.type) {
    case 'text':
      if (block.text === '' && !block.signature) return [];
      return [
        ...signatureCarrier(block.signature),
        ...(block.text === '' ? [] : [writeText(block.text, block.citations)]),
      ];
    case 'refusal':
      return block.text === '' ? [] : [writeText(block.text)];
    case 'audio':
      return block.transcript ? [writeText(block.transcript)] : [];
    case 'thinking':
      if (block.text === '' && block.signature === null) return [];
      return [
        { type: 'thinking', thinking: block.text, signature: writeEnvelope(block.signature) },
      ];
    case 'redacted_thinking':
      return [{ type: 'redacted_thinking', data: writeEnvelope(block.data) }];
    case 'tool_use':
      return [
        ...signatureCarrier(block.signature),
        { ...writeToolUse(block, ids), input: answerInput(block) },
      ];
    case 'image':
      return writeImage(block);
    case 'opaque':
      return block.protocol === 'anthropic-messages' && isObject(block.value) ? [block.value] : [];
    default:
      return [];
  }
}

/** Text and tool calls have no field for a signature: an empty thinking block in front of them has. */
export function signatureCarrier(
  signature: Extract<Block, { type: 'text' }>['signature'],
): JsonObject[] {
  if (!signature) return [];
  return [{ type: 'thinking', thinking: '', signature: writeEnvelope(signature, 'next') }];
}

/** A tool call as it opens. */
export function writeToolUse(
  { id, name }: Extract<Block, { type: 'tool_use' }>,
  ids: ToolIds,
): JsonObject {
  return { type: 'tool_use', id: ids.call(id), name, input: {}, caller: { type: 'direct' } };
}

/** A custom tool takes text; its Anthropic form takes an object with this text in it. */
export function answerInput(block: Extract<Block, { type: 'tool_use' }>): JsonObject {
  return block.kind === 'custom' ? { input: block.arguments } : toolInput(block.arguments);
}

/** The SDK's type has `citations: null`, the wire has not, and some clients check what they read. */
function writeText(text: string, citations: readonly Citation[] = []): JsonObject {
  const written = citations.flatMap(writeCitation);
  return { type: 'text', text, ...(written.length > 0 && { citations: written }) };
}

/** One without an address points into a document of the request, and nobody knows any more which. */
export function writeCitation({ text, url, title }: Citation): JsonObject[] {
  if (url === null) return [];
  const type = 'web_search_result_location';
  return [{ type, cited_text: text, url, title, encrypted_index: '' }];
}

/** Claude draws none; clients that do not know the block skip it, the others can show it and send it back. */
function writeImage({ source }: Extract<Block, { type: 'image' }>): JsonObject[] {
  switch (source.kind) {
    case 'base64': {
      const { mediaType, data } = source;
      return [{ type: 'image', source: { type: 'base64', media_type: mediaType, data } }];
    }
    case 'url':
      return [{ type: 'image', source: { type: 'url', url: source.url } }];
    case 'file':
      return [];
  }
}
