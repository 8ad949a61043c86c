import { withoutForeignThinking } from '../protocols/anthropic-messages/without-foreign-thinking.js';
import { JsonMarks } from '../protocols/json-marks.js';
import { scanObject } from '../protocols/json-scan.js';
import { withoutForeignReasoning } from '../protocols/openai-responses/without-foreign-reasoning.js';
import {
  STRICT_PEERS,
  withoutForeignThoughts,
} from '../protocols/openai-chat/without-foreign-thoughts.js';
import type { JsonObject } from '../protocols/read-json.js';
import type { Operation } from '../providers/provider-adapter.js';
import type { ClientCall } from './client-call.js';

interface Sieve {
  /** Those whose requests are looked through; absent: all. */
  readonly providers?: ReadonlySet<string>;
  /** A string in every body with something to take out begins with one of these: only such a body is worth parsing. */
  readonly marks: readonly string[];
  readonly keepOwn: (body: JsonObject) => JsonObject | null;
}

/** See protocols/signature-envelope.ts for how the signatures of other providers begin. */
const thinking: Sieve = { marks: ['gw1'], keepOwn: withoutForeignThinking };

/** Members of a message that OpenAI has not, and our answers have. */
const chat: Sieve = {
  marks: ['thinking_blocks"', 'extra_content"'],
  providers: STRICT_PEERS,
  keepOwn: withoutForeignThoughts,
};

const SIEVES: Partial<Record<Operation, Sieve>> = {
  chat,
  messages: thinking,
  count_tokens: thinking,
  responses: { marks: ['gw1', 'encrypted_content":null'], keepOwn: withoutForeignReasoning },
};

/** What to look out for while a client's request is scanned. */
export const THOUGHT_MARKS = new JsonMarks(Object.values(SIEVES).flatMap(({ marks }) => marks));

/**
 * The call as the client's own provider takes it: a conversation that was carried to other providers before holds their
 * thoughts, which are an error here. Null when it cannot pass as it is even without them.
 */
export function withOwnThoughts(call: ClientCall, provider: string): ClientCall | null {
  const sieve = SIEVES[call.operation];
  if (!sieve || sieve.providers?.has(provider) === false) return call;
  if (!sieve.marks.some((mark) => call.marks.has(mark))) return call;
  const parsed = parse(call.body);
  const kept = parsed && sieve.keepOwn(parsed);
  if (kept === parsed) return call;
  if (kept === null) return null;
  const body = Buffer.from(JSON.stringify(kept));
  return { ...call, body, members: scanObject(body, new Set(call.members.keys())) };
}

/** Null when it is no JSON, which is the provider's to say. */
function parse(body: Buffer): JsonObject | null {
  try {
    return JSON.parse(body.toString('utf8')) as JsonObject;
  } catch {
    return null;
  }
}
