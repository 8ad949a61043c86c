import type { Block, Signature } from '../conversation.js';
import { readCarriedSignature, type CarriedSignature } from './carried-signature.js';
import { asFields, optionalList, requiredText, type Fields } from './request-fields.js';

/** Nothing remains of an item that only names a stored one. */
export function decodeReasoning(item: Fields, path: string): Block[] {
  const text = partTexts(item, 'summary', path) || partTexts(item, 'content', path);
  const carried = carriedBy(item);
  if (carried?.signs === 'redacted')
    return [{ type: 'redacted_thinking', data: carried.signature }];
  if (text === '' && !carried) return [];
  return [{ type: 'thinking', text, signature: carried?.signature ?? null }];
}

function partTexts(item: Fields, name: 'summary' | 'content', path: string): string {
  return optionalList(item, name, path)
    .map((part, index) => {
      const partPath = `${path}.${name}[${index}]`;
      return requiredText(asFields(part, partPath), 'text', partPath);
    })
    .join('\n\n');
}

/** What a reasoning item carries for us or for OpenAI; null for any other item. */
export function carriedBy({ type, encrypted_content: content }: Fields): CarriedSignature | null {
  if (type !== 'reasoning' || typeof content !== 'string' || content === '') return null;
  return readCarriedSignature(content);
}

/** By the id of the call they sign. */
export function signaturesOfCalls(items: readonly Fields[]): Map<string, Signature> {
  const carried = items.map(carriedBy).filter((found) => found?.signs === 'call');
  return new Map(carried.map(({ callId, signature }) => [callId, signature]));
}
