import type { Block, Signature } from '../conversation.js';
import { MalformedAnswerError } from '../translation.js';
import { readCitation } from './read-citation.js';
import { ShapeReader } from './shape-reader.js';

export const answerShape = new ShapeReader((_path, message) => new MalformedAnswerError(message));

/** A block of a message, complete. What is not known is carried as it is: new kinds may be added at any time. */
export function readAnswerBlock(value: unknown, path: string): Block {
  const block = answerShape.object(value, path);
  const type = answerShape.string(block['type'], `${path}.type`);
  switch (type) {
    case 'text': {
      const text = answerShape.optional(block['text'], `${path}.text`, answerShape.string) ?? '';
      const citations = answerShape
        .optional(block['citations'], `${path}.citations`, answerShape.array)
        ?.map((item) => readCitation(answerShape.object(item, `${path}.citations`)));
      return citations?.length ? { type, text, citations } : { type, text };
    }
    case 'thinking': {
      const text = answerShape.optional(block['thinking'], `${path}.thinking`, answerShape.string);
      const signature = answerShape.optional(
        block['signature'],
        `${path}.signature`,
        answerShape.string,
      );
      return { type, text: text ?? '', signature: signature ? signedHere(signature) : null };
    }
    case 'redacted_thinking':
      return { type, data: signedHere(answerShape.string(block['data'], `${path}.data`)) };
    case 'tool_use':
      return {
        type,
        id: answerShape.string(block['id'], `${path}.id`),
        name: answerShape.string(block['name'], `${path}.name`),
        arguments: inputText(block['input']),
        kind: 'function',
      };
    default:
      return { type: 'opaque', protocol: 'anthropic-messages', name: type, value: block };
  }
}

/** Some compatible servers send the input as the text it was written as. */
function inputText(input: unknown): string {
  return typeof input === 'string' ? input || '{}' : JSON.stringify(input ?? {});
}

export function signedHere(value: string): Signature {
  return { provider: 'anthropic', value };
}
