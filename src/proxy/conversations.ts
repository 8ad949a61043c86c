import { decodeAnthropicAnswer } from '../protocols/anthropic-messages/decode-answer.js';
import { decodeAnthropicRequest } from '../protocols/anthropic-messages/decode-request.js';
import { AnthropicStreamDecoder } from '../protocols/anthropic-messages/decode-stream.js';
import { encodeAnthropicAnswer } from '../protocols/anthropic-messages/encode-answer.js';
import { encodeAnthropicRequest } from '../protocols/anthropic-messages/encode-request.js';
import { AnthropicStreamEncoder } from '../protocols/anthropic-messages/encode-stream.js';
import { ANTHROPIC_PARAMETERS } from '../protocols/anthropic-messages/parameter-names.js';
import type { ConversationAnswer, ConversationRequest } from '../protocols/conversation.js';
import { decodeErnieAnswer } from '../protocols/ernie/decode-answer.js';
import { ErnieStreamDecoder } from '../protocols/ernie/decode-stream.js';
import { readErnieError } from '../protocols/ernie/errors.js';
import { encodeErnieRequest } from '../protocols/ernie/encode-request.js';
import { decodeGeminiAnswer } from '../protocols/gemini/decode-answer.js';
import { GeminiStreamDecoder } from '../protocols/gemini/decode-stream.js';
import { encodeGeminiRequest } from '../protocols/gemini/encode-request.js';
import { openAiChatAnswerDecoder } from '../protocols/openai-chat/decode-answer.js';
import { decodeOpenAiChatRequest } from '../protocols/openai-chat/decode-request.js';
import { OpenAiChatStreamDecoder } from '../protocols/openai-chat/decode-stream.js';
import { encodeOpenAiChatAnswer } from '../protocols/openai-chat/encode-answer.js';
import { encodeOpenAiChatRequest } from '../protocols/openai-chat/encode-request.js';
import { OpenAiChatStreamEncoder } from '../protocols/openai-chat/encode-stream.js';
import { OPENAI_CHAT_PARAMETERS } from '../protocols/openai-chat/parameter-names.js';
import { peerProfile } from '../protocols/openai-chat/peer-profile.js';
import { ToolNames } from '../protocols/openai-chat/tool-names.js';
import { decodeOpenAiCompletionRequest } from '../protocols/openai-completions/decode-request.js';
import { encodeOpenAiCompletionAnswer } from '../protocols/openai-completions/encode-answer.js';
import { OpenAiCompletionStreamEncoder } from '../protocols/openai-completions/encode-stream.js';
import { decodeResponsesRequest } from '../protocols/openai-responses/decode-request.js';
import { encodeResponsesAnswer } from '../protocols/openai-responses/encode-answer.js';
import { ResponsesStreamEncoder } from '../protocols/openai-responses/encode-stream.js';
import { RESPONSES_PARAMETERS } from '../protocols/openai-responses/parameter-names.js';
import type {
  AnswerDecoder,
  EncodedRequest,
  EncodingContext,
  RequestDecoder,
  StreamDecoder,
  StreamEncoder,
} from '../protocols/translation.js';
import type { Operation, WireProtocol } from '../providers/provider-adapter.js';
import type { Refusal } from './carrier.js';

/** A protocol a client may have its conversation in. */
export interface ClientConversation {
  readonly decode: RequestDecoder;
  /** The client's names for what the internal form calls otherwise. */
  readonly parameterNames: Readonly<Record<string, string>>;
  readonly encodeAnswer: (answer: ConversationAnswer, context: EncodingContext) => unknown;
  readonly streamEncoder: (context: EncodingContext) => StreamEncoder;
}

/** How one request travels in an upstream's protocol, and how its answer is read. */
export interface UpstreamCarriage extends EncodedRequest {
  readonly decodeAnswer: AnswerDecoder;
  readonly streamDecoder: () => StreamDecoder;
}

/** A protocol an upstream may have it in. */
export interface UpstreamConversation {
  readonly operation: Operation;
  /** @param request with the upstream's name of the model. Throws UntranslatableError. */
  readonly encode: (request: ConversationRequest, provider: string) => UpstreamCarriage;
  readonly refusalIn?: (body: Record<string, unknown>) => Refusal | null;
}

/** What clients speak, by the call they make. */
export const clientConversations: Partial<Record<Operation, ClientConversation>> = {
  chat: {
    decode: decodeOpenAiChatRequest,
    parameterNames: OPENAI_CHAT_PARAMETERS,
    encodeAnswer: encodeOpenAiChatAnswer,
    streamEncoder: (context) => new OpenAiChatStreamEncoder(context),
  },
  completions: {
    decode: decodeOpenAiCompletionRequest,
    parameterNames: OPENAI_CHAT_PARAMETERS,
    encodeAnswer: encodeOpenAiCompletionAnswer,
    streamEncoder: (context) => new OpenAiCompletionStreamEncoder(context),
  },
  responses: {
    decode: decodeResponsesRequest,
    parameterNames: RESPONSES_PARAMETERS,
    encodeAnswer: encodeResponsesAnswer,
    streamEncoder: (context) => new ResponsesStreamEncoder(context),
  },
  messages: {
    decode: decodeAnthropicRequest,
    parameterNames: ANTHROPIC_PARAMETERS,
    encodeAnswer: encodeAnthropicAnswer,
    streamEncoder: (context) => new AnthropicStreamEncoder(context),
  },
};

/** What upstreams speak. */
export const upstreamConversations: Readonly<Record<WireProtocol, UpstreamConversation>> = {
  openai: {
    operation: 'chat',
    encode: (request, provider) => {
      const profile = peerProfile(provider);
      const toolNames = new ToolNames(profile.toolNameMax);
      return {
        ...encodeOpenAiChatRequest(request, profile, toolNames),
        decodeAnswer: openAiChatAnswerDecoder(provider, toolNames),
        streamDecoder: () => new OpenAiChatStreamDecoder(provider, toolNames),
      };
    },
  },
  anthropic: {
    operation: 'messages',
    encode: (request) => ({
      ...encodeAnthropicRequest(request),
      decodeAnswer: (body) => decodeAnthropicAnswer(body, request),
      streamDecoder: () => new AnthropicStreamDecoder(request),
    }),
  },
  gemini: {
    operation: 'chat',
    encode: (request) => ({
      ...encodeGeminiRequest(request),
      decodeAnswer: (body) => decodeGeminiAnswer(body, request),
      streamDecoder: () => new GeminiStreamDecoder(request),
    }),
  },
  ernie: {
    operation: 'chat',
    encode: (request) => ({
      ...encodeErnieRequest(request),
      decodeAnswer: (body) => decodeErnieAnswer(body, request.model),
      streamDecoder: () => new ErnieStreamDecoder(request.model),
    }),
    refusalIn: (body) => {
      const error = readErnieError(body);
      if (!error) return null;
      const { kind, message, needsNewToken } = error;
      return { kind: needsNewToken ? 'token_expired' : kind, detail: message };
    },
  },
};
