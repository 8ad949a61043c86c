import type { ConversationEvent } from '../protocols/conversation.js';
import { parseEvent, parseWholeEvents, type ParsedEvent } from '../protocols/sse.js';
import type { EventMeaning } from '../protocols/stream-watcher.js';
import type { TokenUsage } from '../protocols/token-usage.js';
import {
  MalformedAnswerError,
  type EncodingContext,
  type StreamDecoder,
  type StreamEncoder,
} from '../protocols/translation.js';
import type { Candidate } from '../routing/candidate.js';
import type { CarriedEvent, Carrier, StreamCarrier } from './carrier.js';
import type { ClientCall } from './client-call.js';
import { clientConversations, upstreamConversations } from './conversations.js';
import { parsedBody } from './parsed-body.js';
import { readAnswer } from './read-answer.js';

/** Carries a call between two protocols through the internal form. Throws UntranslatableError for what this account cannot be asked. */
export function translate(call: ClientCall, { account, model }: Candidate): Carrier {
  const client = clientConversations[call.operation]!;
  const upstream = upstreamConversations[account.adapter.protocol];
  const request = parsedBody(call, client.decode);
  const carriage = upstream.encode({ ...request, model }, account.adapter.provider);
  const context: EncodingContext = {
    requestedModel: call.model,
    id: call.id,
    createdAt: Math.floor(call.startedAt / 1000),
    wantsUsage: call.wantsUsage,
    request,
  };
  return {
    operation: upstream.operation,
    body: Buffer.from(JSON.stringify(carriage.body)),
    dropped: [...new Set(carriage.dropped.map((name) => client.parameterNames[name] ?? name))],
    contentType: call.stream ? 'text/event-stream; charset=utf-8' : 'application/json',
    stream: () => new TranslatedStream(carriage.streamDecoder(), client.streamEncoder(context)),
    answer: (bytes) =>
      readAnswer(
        bytes,
        (parsed) => {
          const answer = carriage.decodeAnswer(parsed);
          return { body: client.encodeAnswer(answer, context), usage: answer.usage };
        },
        upstream.refusalIn,
      ),
    ...(upstream.refusalIn && { refusalIn: upstream.refusalIn }),
  };
}

const NOTHING = Buffer.alloc(0);

class TranslatedStream implements StreamCarrier {
  usage: TokenUsage | null = null;
  errorMessage: string | null = null;
  private ended = false;

  constructor(
    private readonly decoder: StreamDecoder,
    private readonly encoder: StreamEncoder,
  ) {}

  get finished(): boolean {
    return this.decoder.finished;
  }

  read(event: Buffer): CarriedEvent {
    return this.carry(this.decoded([parseEvent(event)]));
  }

  readWhole(chunk: Buffer): CarriedEvent | null {
    const events = parseWholeEvents(chunk);
    return events && this.carry(this.decoded(events));
  }

  end(): CarriedEvent {
    if (this.ended) return { bytes: NOTHING, meaning: 'content' };
    this.ended = true;
    const last = this.carry(this.lastDecoded());
    // No terminator behind an error: the client must not take this for a whole answer.
    if (last.meaning === 'error') return last;
    const bytes = Buffer.concat([last.bytes, Buffer.from(this.encoder.end())]);
    return { bytes, meaning: 'content' };
  }

  private *decoded(events: readonly ParsedEvent[]): Generator<readonly ConversationEvent[]> {
    for (const { data, name } of events) {
      // Nothing but a keep-alive is said by an event without data, or with none in it.
      if (data !== null && data !== '') yield this.decoder.push(data, name);
    }
  }

  private *lastDecoded(): Generator<readonly ConversationEvent[]> {
    yield this.decoder.end();
  }

  /** @param decoded what each upstream event says; what cannot be read ends the stream behind what came before it */
  private carry(decoded: Iterable<readonly ConversationEvent[]>): CarriedEvent {
    let text = '';
    let meaning: EventMeaning = 'prelude';
    let count = 0;
    try {
      for (const events of decoded) {
        const before = text.length;
        for (const event of events) {
          this.note(event);
          meaning = stronger(meaning, meaningOf(event));
          text += this.encoder.encode(event);
        }
        if (text.length > before) count++;
      }
    } catch (error) {
      if (!(error instanceof MalformedAnswerError)) throw error;
      meaning = 'error';
    }
    return { bytes: text === '' ? NOTHING : Buffer.from(text), meaning, events: count };
  }

  private note(event: ConversationEvent): void {
    if (event.type === 'usage') this.usage = event.usage;
    else if (event.type === 'start') this.usage = event.usage ?? this.usage;
    else if (event.type === 'error') this.errorMessage = event.message;
  }
}

/** Blocks that open empty; the start of any other already says something. */
const EMPTY_AT_START = new Set(['text', 'thinking', 'refusal']);

function meaningOf(event: ConversationEvent): EventMeaning {
  switch (event.type) {
    case 'error':
      return 'error';
    case 'block_start':
      return EMPTY_AT_START.has(event.block.type) ? 'prelude' : 'content';
    case 'block_delta':
    case 'finish':
      return 'content';
    default:
      return 'prelude';
  }
}

function stronger(a: EventMeaning, b: EventMeaning): EventMeaning {
  if (a === 'error' || b === 'error') return 'error';
  return a === 'content' || b === 'content' ? 'content' : 'prelude';
}
