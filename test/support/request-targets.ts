import type { Operation, WireProtocol } from '../../src/providers/provider-adapter.js';
import { clientConversations, upstreamConversations } from '../../src/proxy/conversations.js';
import {
  ofChat,
  ofErnie,
  ofGemini,
  ofMessages,
  ofResponses,
  type RequestFacts,
} from './request-facts.js';
import { differences } from './same-meaning.js';

export type Body = Record<string, unknown>;

export interface Target {
  readonly family: WireProtocol;
  readonly provider: string;
  readonly model: string;
  /** As in upstream-types.ts. */
  readonly type: string;
}

/** An upstream of each family, and models of several generations where they are asked differently. */
export const TARGETS: readonly Target[] = [
  { family: 'openai', provider: 'openai', model: 'gpt-4.1', type: 'OpenAi' },
  { family: 'openai', provider: 'openai', model: 'gpt-5.6', type: 'OpenAi' },
  { family: 'openai', provider: 'ernie', model: 'ernie-4.5', type: 'Ernie' },
  { family: 'anthropic', provider: 'anthropic', model: 'claude-sonnet-4-5', type: 'Anthropic' },
  { family: 'anthropic', provider: 'anthropic', model: 'claude-opus-4-7', type: 'Anthropic' },
  { family: 'gemini', provider: 'gemini', model: 'gemini-2.5-flash', type: 'Gemini' },
  { family: 'gemini', provider: 'gemini', model: 'gemini-3-pro', type: 'Gemini' },
  { family: 'gemini', provider: 'gemini', model: 'gemini-2.0-flash', type: 'Gemini' },
  { family: 'ernie', provider: 'ernie-v1', model: 'ernie-4.0-8k', type: 'ErnieV1' },
];

type Reader = (body: Body) => RequestFacts;

const UPSTREAM_READERS: Readonly<Record<WireProtocol, Reader>> = {
  openai: ofChat,
  anthropic: ofMessages,
  gemini: ofGemini,
  ernie: ofErnie,
};

export interface ClientOfRequests {
  readonly api: string;
  readonly operation: Operation;
  readonly read: Reader;
  /** The family that takes such a request as it is. */
  readonly native: WireProtocol | null;
}

export const REQUEST_CLIENTS: readonly ClientOfRequests[] = [
  { api: 'openai.chat', operation: 'chat', read: ofChat, native: 'openai' },
  { api: 'anthropic.messages', operation: 'messages', read: ofMessages, native: 'anthropic' },
  { api: 'openai.responses', operation: 'responses', read: ofResponses, native: null },
];

export interface TranslatedRequest {
  /** As it goes over the wire. */
  readonly value: Body;
  readonly dropped: readonly string[];
  /** What it asks that the client did not, or the other way round. */
  readonly changed: readonly string[];
}

/** Throws UntranslatableError. */
export function translateRequest(
  { operation, read }: ClientOfRequests,
  body: Body,
  { family, provider, model }: Target,
): TranslatedRequest {
  const request = { ...clientConversations[operation]!.decode(body), model };
  const encoded = upstreamConversations[family].encode(request, provider);
  const value = JSON.parse(JSON.stringify(encoded.body)) as Body;
  const { dropped } = encoded;
  const changed = differences(read(body), UPSTREAM_READERS[family](value), dropped);
  return { value, dropped, changed };
}

/** The same request read from what was sent, and written anew; null for protocols that no client speaks. */
export function writtenAgain(sent: Body, { family, provider }: Target): Body | null {
  const { operation, encode } = upstreamConversations[family];
  if (family !== 'openai' && family !== 'anthropic') return null;
  return encode(clientConversations[operation]!.decode(sent), provider).body;
}

/** As text in which neither the order of members nor a text in a list of its own makes a difference. */
export function plain(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (Array.isArray(item)) {
      const { type, text, ...others } = ((item.length === 1 ? item[0] : null) ?? {}) as Body;
      return type === 'text' && Object.keys(others).length === 0 ? text : item;
    }
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

export function firstDifference(one: string, other: string): string {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  const around = (text: string): string => text.slice(Math.max(0, at - 60), at + 100);
  return `${around(other)} instead of ${around(one)}`;
}
