import type { Signature } from '../conversation.js';
import { decodeSignature, encodeSignature } from '../signature-envelope.js';

/**
 * A reasoning item's `encrypted_content` is the only place of this protocol that a client keeps for us unread. Signatures of
 * other providers sign more than thoughts (Gemini's: tool calls and text), so ours says behind the envelope what it signs.
 */
export type CarriedSignature =
  | { readonly signs: 'thinking' | 'redacted' | 'text'; readonly signature: Signature }
  | { readonly signs: 'call'; readonly callId: string; readonly signature: Signature };

const CARRIED = /^(gw1\.[^.]+\.[\w-]*)\.(redacted|text|call)(?:\.([\w-]+))?$/;

export function writeCarriedSignature(carried: CarriedSignature): string {
  const { signs, signature } = carried;
  // The field is OpenAI's own: its own proof of thinking stands there as it came.
  if (signs === 'thinking' && signature.provider === 'openai') return signature.value;
  const envelope = encodeSignature(carried.signature);
  switch (carried.signs) {
    case 'thinking':
      return envelope;
    case 'call':
      return `${envelope}.call.${Buffer.from(carried.callId, 'utf8').toString('base64url')}`;
    default:
      return `${envelope}.${carried.signs}`;
  }
}

/** Anything that is not ours is OpenAI's own proof of thinking. */
export function readCarriedSignature(text: string): CarriedSignature {
  const [, envelope, signs, callId] = CARRIED.exec(text) ?? [];
  if (envelope === undefined)
    return { signs: 'thinking', signature: decodeSignature(text, 'openai') };
  const signature = decodeSignature(envelope, 'openai');
  if (signs !== 'call') return { signs: signs === 'text' ? 'text' : 'redacted', signature };
  return { signs, callId: Buffer.from(callId ?? '', 'base64url').toString('utf8'), signature };
}
