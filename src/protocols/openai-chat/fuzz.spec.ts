import { eventsOf } from '../../../test/support/chat-oracle.js';
import { mutateJson } from '../../../test/support/mutate-json.js';
import { loadRecordings, type Recording } from '../../../test/support/recordings.js';
import { seededRandom } from '../../../test/support/seeded-random.js';
import type { ConversationEvent } from '../conversation.js';
import { foldEvents } from '../fold-events.js';
import {
  InvalidConversationError,
  MalformedAnswerError,
  UntranslatableError,
} from '../translation.js';
import type { EncodingContext } from '../translation.js';
import { decodeOpenAiChatAnswer } from './decode-answer.js';
import { decodeOpenAiChatRequest } from './decode-request.js';
import { OpenAiChatStreamDecoder } from './decode-stream.js';
import { encodeOpenAiChatAnswer } from './encode-answer.js';
import { encodeOpenAiChatRequest } from './encode-request.js';
import { OpenAiChatStreamEncoder } from './encode-stream.js';
import type { Json } from './json-values.js';
import { peerProfile } from './peer-profile.js';

const INPUTS = 5_000;
const small = loadRecordings(['openai.chat']).recordings.filter(
  ({ response }) => response.status === 200 && response.bytes.length < 20_000,
);
const context: EncodingContext = {
  requestedModel: 'm',
  id: 'i',
  createdAt: 1,
  wantsUsage: true,
  request: { tools: [] } as unknown as EncodingContext['request'],
};

describe('openai-chat decoders on damaged input', () => {
  const random = seededRandom(20261121);

  it('refuse an answer as malformed or read it', () => {
    const bodies = small.filter(({ stream, response }) => !stream && response.bytes.length > 0);
    const found = unexpected([MalformedAnswerError], bodies, (one) => {
      const body = JSON.parse(one.response.bytes.toString('utf8')) as Json;
      const answer = decodeOpenAiChatAnswer(mutateJson(body, random) as Json, one.provider);
      JSON.stringify(encodeOpenAiChatAnswer(answer, context));
    });
    expect(found).toEqual([]);
  });

  it('refuse a stream as malformed or read it', () => {
    const streams = small.filter(({ stream }) => stream);
    const found = unexpected([MalformedAnswerError], streams, (one) => {
      const decoder = new OpenAiChatStreamDecoder(one.provider);
      const events: ConversationEvent[] = [];
      for (const { data, name } of eventsOf(one.response.bytes)) {
        if (data === null) continue;
        const chance = random();
        // Lost, doubled, cut and changed chunks, among some that are whole.
        if (chance < 0.05) continue;
        if (chance < 0.1) events.push(...decoder.push(data, name));
        const cut = chance > 0.995 ? data.slice(0, random() * data.length) : data;
        events.push(...decoder.push(chance > 0.7 ? damaged(cut) : cut, name));
      }
      events.push(...decoder.end());
      const encoder = new OpenAiChatStreamEncoder(context);
      for (const event of events) encoder.encode(event);
      foldEvents(events);
    });
    expect(found).toEqual([]);
  });

  it('refuse a request as invalid or read it', () => {
    const asked = small.filter(({ request }) => request.body !== null);
    const found = unexpected([InvalidConversationError], asked, (one) => {
      const request = decodeOpenAiChatRequest(mutateJson(one.request.body, random) as Json);
      try {
        encodeOpenAiChatRequest(request, peerProfile(one.provider));
      } catch (error) {
        if (!(error instanceof UntranslatableError)) throw error;
      }
    });
    expect(found).toEqual([]);
  });

  function damaged(data: string): string {
    return data.startsWith('{') ? JSON.stringify(mutateJson(parsed(data), random)) : data;
  }
});

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return {};
  }
}

function unexpected(
  allowed: readonly (new (...args: never[]) => Error)[],
  list: readonly Recording[],
  read: (one: Recording) => void,
): string[] {
  const found = new Map<string, string>();
  for (let input = 0; list.length > 0 && input < INPUTS / 3; input++) {
    const one = list[input % list.length]!;
    try {
      read(one);
    } catch (error) {
      if (allowed.some((kind) => error instanceof kind)) continue;
      const { stack = '' } = error as Error;
      found.set(stack.split('\n').slice(0, 3).join(' '), one.name);
    }
  }
  return [...found].map(([error, name]) => `${name}: ${error}`);
}
