import { AnthropicStreamWatcher } from '../../src/protocols/anthropic-messages/stream-watcher.js';
import type { ConversationRequest } from '../../src/protocols/conversation.js';
import { readCountedTokens } from '../../src/protocols/gemini/count-tokens.js';
import { decodeGeminiEmbeddings } from '../../src/protocols/gemini/embeddings.js';
import { JsonScanError, scanObject } from '../../src/protocols/json-scan.js';
import { OpenAiStreamWatcher } from '../../src/protocols/openai-chat/stream-watcher.js';
import { decodeEmbeddingsRequest } from '../../src/protocols/openai-embeddings/decode-request.js';
import { ResponsesStreamWatcher } from '../../src/protocols/openai-responses/stream-watcher.js';
import { readProviderError } from '../../src/protocols/provider-error.js';
import { EventTooLargeError, parseEvent } from '../../src/protocols/sse.js';
import type { StreamWatcher } from '../../src/protocols/stream-watcher.js';
import {
  MalformedAnswerError,
  UntranslatableError,
  type EncodingContext,
} from '../../src/protocols/translation.js';
import { readAnswer } from '../../src/proxy/read-answer.js';
import type { Operation, WireProtocol } from '../../src/providers/provider-adapter.js';
import {
  clientConversations,
  upstreamConversations,
  type UpstreamCarriage,
} from '../../src/proxy/conversations.js';
import { CHAT, CHAT_BASE } from '../fidelity/chat-requests.js';
import { MESSAGES, MESSAGES_BASE } from '../fidelity/messages-requests.js';
import { RESPONSES, RESPONSES_BASE } from '../fidelity/responses-requests.js';
import type { Samples } from '../fidelity/samples.js';
import { conversation } from './conversation-request.js';
import { ANTHROPIC_REQUEST } from './anthropic-request.js';
import { grammarFault } from './event-grammar.js';
import { eventsOf, objectIn, ownRequests, samplesOf } from './fuzzed-samples.js';

export interface Fuzzed {
  readonly name: string;
  readonly isStream: boolean;
  /** Each the text of a recording: its events, or its only part. */
  readonly samples: readonly (readonly string[])[];
  /** What it may throw. */
  readonly refuses: readonly (abstract new (...args: never[]) => Error)[];
  /** Reads damaged bytes as they come, writes them for clients, and says how much it wrote. */
  readonly read: (pieces: readonly Buffer[]) => number;
}

type Body = Record<string, unknown>;

const LARGE_INPUT: Fuzzed['refuses'] = [EventTooLargeError];

const request: ConversationRequest = conversation({
  tools: [
    { kind: 'function', name: 'get_weather', description: null, parameters: null, strict: null },
    { kind: 'custom', name: 'patch', description: null, format: null },
  ],
});
const context: EncodingContext = {
  requestedModel: 'm',
  id: 'chatcmpl-1',
  createdAt: 1,
  wantsUsage: true,
  request,
};
const CLIENTS = ['chat', 'messages', 'responses', 'completions'] as const;

const FAMILIES: readonly (readonly [WireProtocol, provider: string, apis: string[]])[] = [
  ['openai', 'together', ['openai.chat']],
  ['anthropic', 'anthropic', ['anthropic.messages', 'anthropic.vertex']],
  ['gemini', 'gemini', ['gemini.generate', 'gemini.stream']],
  ['ernie', 'ernie-v1', ['baidu.v1.chat']],
];

const onBase = (base: Body, samples: Samples): Body[] =>
  Object.values(samples).map((sample) => ({ ...base, ...sample }));

/** Recorded ones, and one with each parameter there is. */
const REQUESTS: readonly (readonly [Operation, apis: string[], handWritten: Body[]])[] = [
  ['chat', ['openai.chat'], onBase(CHAT_BASE, CHAT)],
  [
    'messages',
    ['anthropic.messages', 'anthropic.count_tokens'],
    [...onBase(MESSAGES_BASE, MESSAGES), ...Array<Body>(20).fill(ANTHROPIC_REQUEST)],
  ],
  [
    'responses',
    ['openai.responses', 'openai.responses.input_tokens'],
    onBase(RESPONSES_BASE, RESPONSES),
  ],
  ['completions', ['openai.completions'], [{ model: 'm', prompt: ['say it'], stop: 'x', n: 2 }]],
];

const WATCHERS: readonly (readonly [string, () => StreamWatcher, apis: string[]])[] = [
  ['chat', () => new OpenAiStreamWatcher(), ['openai.chat', 'openai.completions']],
  ['messages', () => new AnthropicStreamWatcher(), ['anthropic.messages']],
  ['responses', () => new ResponsesStreamWatcher(), ['openai.responses']],
];

export const FUZZED: readonly Fuzzed[] = [
  ...FAMILIES.flatMap(([family, provider, apis]) => {
    const { encode } = upstreamConversations[family];
    const carriage = encode({ ...request, tools: request.tools.slice(0, 1) }, provider);
    return [
      answers(`answers of ${family}`, carriage, apis),
      streams(`streams of ${family}`, carriage, apis),
    ];
  }),
  ...REQUESTS.map((one) => requests(...one)),
  ...WATCHERS.map(([name, watcher, apis]) => watched(name, watcher, apis)),
  splitter(),
  json(
    'requests for embeddings',
    ownRequests(['openai.embeddings'], [{ model: 'm', input: ['a', 'b'], dimensions: 4 }]),
    (body) => JSON.stringify(decodeEmbeddingsRequest(body)).length,
  ),
  json(
    'embeddings of gemini',
    [
      JSON.stringify({
        embeddings: [{ values: [0.1, 0.2] }],
        usageMetadata: { promptTokenCount: 3 },
      }),
    ],
    (body) =>
      JSON.stringify(
        decodeGeminiEmbeddings(body, {
          model: 'm',
          inputs: ['a'],
          dimensions: 2,
          encodingFormat: 'float',
          endUser: null,
        }),
      ).length,
  ),
  json(
    'token counts of gemini',
    [
      JSON.stringify({
        totalTokens: 31,
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: 31 }],
      }),
    ],
    (body) => readCountedTokens(body),
  ),
  {
    name: 'errors of any provider',
    isStream: false,
    samples: samplesOf(
      ['openai.chat', 'anthropic.messages', 'gemini.generate', 'baidu.v1.chat'],
      (one) => one.status >= 300,
    ),
    refuses: [],
    read: (pieces) => JSON.stringify(readProviderError(Buffer.concat(pieces))).length,
  },
  {
    name: 'the members of a body',
    isStream: false,
    samples: ownRequests(['openai.chat'], [{ model: 'm', stream: true, messages: [] }]).map(
      (text) => [text],
    ),
    refuses: [JsonScanError],
    read: (pieces) =>
      scanObject(Buffer.concat(pieces), new Set(['model', 'stream', 'messages'])).size,
  },
];

function answers(
  name: string,
  { decodeAnswer }: UpstreamCarriage,
  apis: readonly string[],
): Fuzzed {
  return {
    name,
    isStream: false,
    samples: samplesOf(apis, ({ status, stream }) => status === 200 && !stream),
    refuses: [MalformedAnswerError],
    read(pieces) {
      const bytes = Buffer.concat(pieces);
      let written = 0;
      for (const client of CLIENTS) {
        const { encodeAnswer } = clientConversations[client]!;
        const carried = readAnswer(bytes, (body) => {
          const answer = decodeAnswer(body);
          return { body: encodeAnswer(answer, context), usage: answer.usage };
        });
        if (!carried.ok) throw new MalformedAnswerError(carried.detail);
        written += carried.body.length;
      }
      return written;
    },
  };
}

function streams(
  name: string,
  { streamDecoder }: UpstreamCarriage,
  apis: readonly string[],
): Fuzzed {
  return {
    name,
    isStream: true,
    samples: samplesOf(apis, ({ status, stream }) => status === 200 && stream),
    refuses: [MalformedAnswerError, ...LARGE_INPUT],
    read(pieces) {
      const decoder = streamDecoder();
      const encoders = CLIENTS.map((client) => clientConversations[client]!.streamEncoder(context));
      const events = eventsOf(pieces).flatMap((event) => {
        const { data, name: eventName } = parseEvent(event);
        return data === null ? [] : decoder.push(data, eventName);
      });
      events.push(...decoder.end());
      const fault = grammarFault(events);
      if (fault !== null) throw new Error(`events out of order: ${fault}`);
      let written = 0;
      for (const encoder of encoders) {
        for (const event of events) written += encoder.encode(event).length;
        if (decoder.finished) written += encoder.end().length;
      }
      return written;
    },
  };
}

function requests(operation: Operation, apis: readonly string[], handWritten: Body[]): Fuzzed {
  const { decode } = clientConversations[operation]!;
  const targets = FAMILIES.map(([family, provider]) => ({
    ...upstreamConversations[family],
    provider,
  }));
  return {
    name: `requests of ${operation}`,
    isStream: false,
    samples: ownRequests(apis, handWritten).map((text) => [text]),
    refuses: [UntranslatableError, SyntaxError],
    read(pieces) {
      const decoded = decode(objectIn(pieces));
      let written = 0;
      for (const { encode, provider } of targets) {
        try {
          written += JSON.stringify(
            encode({ ...decoded, model: 'gemini-2.5-pro' }, provider).body,
          ).length;
        } catch (error) {
          if (!(error instanceof UntranslatableError)) throw error;
        }
      }
      return written;
    },
  };
}

function watched(name: string, make: () => StreamWatcher, apis: readonly string[]): Fuzzed {
  return {
    name: `passed streams of ${name}`,
    isStream: true,
    samples: samplesOf(apis, ({ status, stream }) => status === 200 && stream),
    refuses: LARGE_INPUT,
    read(pieces) {
      const watcher = make();
      for (const event of eventsOf(pieces)) watcher.read(event);
      return JSON.stringify([watcher.usage, watcher.finished, watcher.errorMessage]).length;
    },
  };
}

function splitter(): Fuzzed {
  return {
    name: 'the splitter of events',
    isStream: true,
    samples: samplesOf(
      ['openai.chat', 'gemini.stream', 'openai.responses', 'anthropic.messages'],
      ({ stream }) => stream,
    ),
    refuses: LARGE_INPUT,
    read(pieces) {
      const events = eventsOf(pieces);
      const before = Buffer.concat(pieces);
      if (!Buffer.concat(events).equals(before)) throw new Error('bytes got lost');
      return events.reduce((sum, event) => sum + (parseEvent(event).data?.length ?? 0), 0);
    },
  };
}

function json(name: string, samples: readonly string[], read: (body: Body) => number): Fuzzed {
  return {
    name,
    isStream: false,
    samples: samples.map((text) => [text]),
    refuses: [UntranslatableError, MalformedAnswerError, SyntaxError],
    read: (pieces) => read(objectIn(pieces)),
  };
}
