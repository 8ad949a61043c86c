import type { ProviderAdapter, Operation } from '../providers/provider-adapter.js';
import type { Candidate } from '../routing/candidate.js';
import type { Carrier } from './carrier.js';
import type { ClientCall } from './client-call.js';
import { clientConversations } from './conversations.js';
import { withOwnThoughts } from './own-thoughts.js';
import { passThrough } from './pass-through.js';
import { translate } from './translate.js';
import { translateCount } from './translate-count.js';
import { translateEmbeddings } from './translate-embeddings.js';

/**
 * The same protocol on both sides passes through, but for thoughts of other providers; everything else goes through the internal form.
 * Throws UntranslatableError for what this account cannot be asked.
 */
export function carrierFor(call: ClientCall, candidate: Candidate): Carrier {
  const { adapter } = candidate.account;
  const own = adapter.supports(call.operation) ? withOwnThoughts(call, adapter.provider) : null;
  if (own) return passThrough(own, candidate);
  if (call.operation === 'embeddings') return translateEmbeddings(call, candidate);
  if (call.operation === 'count_tokens') return translateCount(call, candidate);
  return translate(call, candidate);
}

/** Whether a call can reach an account of this provider at all: as it is, or translated. */
export function canCarry(adapter: ProviderAdapter, operation: Operation): boolean {
  if (adapter.supports(operation)) return true;
  if (operation === 'embeddings') return adapter.protocol === 'gemini';
  // Where the provider does not count, the gateway does.
  return operation === 'count_tokens' || operation in clientConversations;
}

/** Whether the provider itself counts the tokens of a request. */
export function countsTokens(adapter: ProviderAdapter): boolean {
  return adapter.supports('count_tokens') || adapter.protocol === 'gemini';
}
