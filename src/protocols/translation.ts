import type { ConversationAnswer, ConversationEvent, ConversationRequest } from './conversation.js';

/** The request cannot be carried over without changing what it means; `param` names what stands in the way. */
export class UntranslatableError extends Error {
  constructor(
    readonly param: string,
    message: string,
  ) {
    super(message);
  }

  override get name(): string {
    return 'UntranslatableError';
  }
}

/** A request is not what its own protocol says it is, at a place the gateway has to understand. */
export class InvalidConversationError extends UntranslatableError {}

/** An answer or an event is not what its protocol says it is. */
export class MalformedAnswerError extends Error {
  override get name(): string {
    return 'MalformedAnswerError';
  }
}

/** What an encoder made of a request. */
export interface EncodedRequest {
  readonly body: Record<string, unknown>;
  /**
   * The client's parameters that had no place and whose loss is cosmetic, by the names of ConversationRequest or extras, and
   * `turns.…` for what stood in the turns.
   */
  readonly dropped: readonly string[];
}

/** Reads a client's request. Throws InvalidConversationError. */
export type RequestDecoder = (body: Record<string, unknown>) => ConversationRequest;

/** Reads a provider's whole answer. Throws MalformedAnswerError. */
export type AnswerDecoder = (body: Record<string, unknown>) => ConversationAnswer;

/** Reads a provider's stream, one server-sent event at a time. */
export interface StreamDecoder {
  /**
   * @param data the event's data; @param name its `event:` field, empty when it has none
   * Throws MalformedAnswerError.
   */
  push(data: string, name: string): ConversationEvent[];
  /** What is still to be said when the stream ends; `finished` tells whether it ended as its protocol has it. */
  end(): ConversationEvent[];
  /** Whether the provider finished its answer: a stream that ends without was cut. */
  readonly finished: boolean;
}

/** What an encoder may tell a client of the request it answers. */
export interface EncodingContext {
  /** The name the client asked for: it gets this one back. */
  readonly requestedModel: string;
  /** Our own id, for protocols that want one of a certain form. */
  readonly id: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  /** The client asked for usage in its stream (OpenAI's `include_usage`). */
  readonly wantsUsage: boolean;
  /** The request, for protocols that repeat parts of it in the answer. */
  readonly request: ConversationRequest;
}

/** Writes a client's stream: ready text, possibly empty, for each event. */
export interface StreamEncoder {
  encode(event: ConversationEvent): string;
  /** The terminator. Call it only behind a stream that finished. */
  end(): string;
}
