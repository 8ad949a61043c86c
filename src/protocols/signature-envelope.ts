import type { Signature } from './conversation.js';

const ENVELOPE = /^gw1\.([a-z0-9_-]+)\.([A-Za-z0-9_-]*)$/;

/**
 * A signature as text that any client can carry and that no provider mistakes for its own: `gw1.<provider>.<base64url>`.
 * A provider refuses a request with another one's signature, so the name has to travel with it.
 */
export function encodeSignature({ provider, value }: Signature): string {
  return `gw1.${provider}.${Buffer.from(value, 'utf8').toString('base64url')}`;
}

/** Opens the envelope; a bare signature is taken for one of `defaultProvider`. */
export function decodeSignature(text: string, defaultProvider: string): Signature {
  const [, provider, value] = ENVELOPE.exec(text) ?? [];
  return provider === undefined || value === undefined
    ? { provider: defaultProvider, value: text }
    : { provider, value: Buffer.from(value, 'base64url').toString('utf8') };
}

/** Bare where the field belongs to the provider that signed, in its envelope otherwise. */
export function signatureText(signature: Signature, ownerOfField: string): string {
  return signature.provider === ownerOfField ? signature.value : encodeSignature(signature);
}
