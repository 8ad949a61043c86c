import type { Signature } from '../conversation.js';
import { decodeSignature } from '../signature-envelope.js';
import { asText, objectsIn, type Json } from './json-values.js';

/** Whose signatures stand in which field when they come without our envelope. */
export interface SignatureOwners {
  readonly thinkingBlocks: string;
  readonly reasoningDetails: string;
  readonly google: string;
}

/** In an answer every signature is the answering provider's; what it makes of it is its own business. */
export function ownersOfAnswer(provider: string): SignatureOwners {
  return { thinkingBlocks: provider, reasoningDetails: provider, google: provider };
}

/** In a request each field has the owner that invented it. */
export const OWNERS_IN_REQUESTS: SignatureOwners = {
  thinkingBlocks: 'anthropic',
  reasoningDetails: 'openrouter',
  google: 'gemini',
};

/** DeepSeek's and most others' name for it, OpenRouter's and Groq's, Copilot's, and the one of Ollama's own interface. */
const FIELDS = ['reasoning_content', 'reasoning', 'reasoning_text', 'thinking'] as const;

/** The thoughts in a message or delta, in whichever field a provider puts them. */
export function thinkingText(message: Json): string {
  for (const field of FIELDS) {
    const text = asText(message[field]);
    if (text !== '') return text;
  }
  return objectsIn(message['reasoning_details'])
    .map((detail) => asText(detail['text']) || asText(detail['summary']))
    .join('');
}

/** Mistral's `{type: "thinking", thinking: "…" | [{type: "text", text}]}`. */
export function thinkingPartText({ thinking }: Json): string {
  return (
    asText(thinking) ||
    objectsIn(thinking)
      .map(({ text }) => asText(text))
      .join('')
  );
}

/** `extra_content.google.thought_signature`, where Gemini's own OpenAI interface has its signatures. */
export function googleSignature(holder: Json, owners: SignatureOwners): Signature | null {
  const extra = holder['extra_content'] as { google?: { thought_signature?: unknown } } | null;
  const text = asText(extra?.google?.thought_signature);
  return text === '' ? null : decodeSignature(text, owners.google);
}

/**
 * OpenRouter's `reasoning_details`, joined over the deltas of a stream. They have to go back as they came when something in
 * them is signed or encrypted; plain text needs no proof.
 */
export class ReasoningDetails {
  private readonly details: Json[] = [];

  add(details: readonly Json[]): void {
    for (const detail of details) {
      const known = this.details.find(
        ({ type, index }) => type === detail['type'] && index === detail['index'],
      );
      if (known === undefined) this.details.push({ ...detail });
      else continueDetail(known, detail);
    }
  }

  /** What has to be kept, and nothing the second time. */
  take(owner: string): Signature | null {
    const isProof = this.details.some(({ signature, data }) => asText(signature) || asText(data));
    const value = JSON.stringify(this.details.splice(0));
    return isProof ? { provider: owner, value } : null;
  }
}

function continueDetail(known: Json, next: Json): void {
  for (const [name, value] of Object.entries(next)) {
    const grows = name === 'text' || name === 'summary' || name === 'data';
    if (grows) known[name] = asText(known[name]) + asText(value);
    else if (value !== null && value !== undefined) known[name] = value;
  }
}
