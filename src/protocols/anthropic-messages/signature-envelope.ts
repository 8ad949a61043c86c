import type { Signature } from '../conversation.js';

/**
 * Whose signature it is: that of the thinking block it stands in, or that of a neighbour which has no field for one (Gemini
 * signs text and tool calls).
 */
export type SignaturePlace = 'here' | 'next' | 'previous';

const PREFIXES: Readonly<Record<SignaturePlace, string>> = {
  here: 'gw1',
  next: 'gw1-next',
  previous: 'gw1-previous',
};

const ENVELOPE = /^(gw1|gw1-next|gw1-previous)\.([^]*)\.([A-Za-z0-9_-]*)$/;

/**
 * A signature as an Anthropic client gets it: Anthropic's own as it is, any other in an envelope that names its provider, so
 * that it finds its way back to that provider and to no other. Null, for thinking nobody signed, has an envelope as well:
 * clients take a thinking block without a signature for a broken one.
 */
export function writeEnvelope(signature: Signature | null, place: SignaturePlace = 'here'): string {
  if (signature?.provider === 'anthropic' && place === 'here') return signature.value;
  const { provider, value } = signature ?? { provider: '', value: '' };
  return `${PREFIXES[place]}.${provider}.${Buffer.from(value).toString('base64url')}`;
}

/** The reverse. Anthropic's own signatures are base64, which has no dot. */
export function readEnvelope(text: string): {
  signature: Signature | null;
  place: SignaturePlace;
} {
  const [, prefix, provider, value] = ENVELOPE.exec(text) ?? [];
  if (prefix === undefined || provider === undefined || value === undefined) {
    return {
      signature: text === '' ? null : { provider: 'anthropic', value: text },
      place: 'here',
    };
  }
  const place = prefix === 'gw1' ? 'here' : prefix === 'gw1-next' ? 'next' : 'previous';
  const decoded = Buffer.from(value, 'base64url').toString('utf8');
  return { signature: provider === '' ? null : { provider, value: decoded }, place };
}
