import { EventSplitter, parseEvent } from '../../src/protocols/sse.js';
import type { EncodingContext } from '../../src/protocols/translation.js';
import type { WireProtocol } from '../../src/providers/provider-adapter.js';
import { clientConversations, upstreamConversations } from '../../src/proxy/conversations.js';
import type { ConversationRequest } from '../../src/protocols/conversation.js';
import { conversation } from './conversation-request.js';

// oxlint-disable-next-line typescript/no-explicit-any -- answers of several protocols
type Loose = any;

type Client = 'chat' | 'messages' | 'responses' | 'completions';

const PROVIDERS: Readonly<Record<WireProtocol, string>> = {
  openai: 'together',
  anthropic: 'anthropic',
  gemini: 'gemini',
  ernie: 'ernie-v1',
};

function contextOf(request: ConversationRequest): EncodingContext {
  return { requestedModel: 'asked', id: 'id1', createdAt: 2, wantsUsage: true, request };
}

/** A provider's whole answer as the client gets it. */
export function carriedAnswer(family: WireProtocol, client: Client, body: object): Loose {
  const request = conversation();
  const { decodeAnswer } = upstreamConversations[family].encode(request, PROVIDERS[family]);
  const answer = decodeAnswer(body as Record<string, unknown>);
  return JSON.parse(
    JSON.stringify(clientConversations[client]!.encodeAnswer(answer, contextOf(request))),
  );
}

export interface CarriedStream {
  /** The client's events, parsed; `[DONE]` and comments left out. */
  readonly events: readonly Loose[];
  readonly text: string;
  /** Whether the provider ended its answer. */
  readonly finished: boolean;
}

/** A provider's events as the client gets them, with its end where the provider came to one. */
export function carriedStream(
  family: WireProtocol,
  client: Client,
  events: readonly (object | string)[],
): CarriedStream {
  const request = conversation();
  const decoder = upstreamConversations[family].encode(request, PROVIDERS[family]).streamDecoder();
  const encoder = clientConversations[client]!.streamEncoder(contextOf(request));
  const data = events.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  const decoded = [...data.flatMap((one) => decoder.push(one, '')), ...decoder.end()];
  const text =
    decoded.map((event) => encoder.encode(event)).join('') +
    (decoder.finished ? encoder.end() : '');
  const written = new EventSplitter()
    .push(Buffer.from(text))
    .map((event) => parseEvent(event).data ?? '')
    .filter((one) => one.startsWith('{'))
    .map((one) => JSON.parse(one) as Loose);
  return { events: written, text, finished: decoder.finished };
}
