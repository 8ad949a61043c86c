import type { IncomingHttpHeaders } from 'node:http';
import { EventSplitter, EventTooLargeError, parseEvent } from '../protocols/sse.js';
import type { TokenUsage } from '../protocols/token-usage.js';
import { classifyAnswer, type Outcome, type RefusedAnswer } from '../providers/outcome.js';
import type { AnswerSink } from '../providers/upstream-exchange.js';
import type { CarriedEvent, Refusal, StreamCarrier } from './carrier.js';
import { failureUnderSuccess } from './failure-under-success.js';

/** Takes over a stream once it is committed to. */
export interface StreamSink {
  take(events: readonly CarriedEvent[]): void;
  /** The upstream ended the stream, completely or not. */
  end(): void;
  /** The upstream broke the stream off. */
  fail(outcome: Outcome): void;
}

export interface WholeAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** As far as it has been read; null where the provider sent none. */
  readonly usage: TokenUsage | null;
}

/** How an attempt ends, or becomes a stream that can no longer be taken back. */
export type AttemptResult =
  | { readonly kind: 'answer'; readonly answer: WholeAnswer }
  | { readonly kind: 'stream' }
  | { readonly kind: 'failed'; readonly outcome: Outcome; readonly answer: RefusedAnswer | null };

export interface AttemptOptions {
  /** Null when the client wants its answer in one piece. */
  readonly stream: StreamCarrier | null;
  readonly refusalIn?: (body: Record<string, unknown>) => Refusal | null;
  /** The commit point: called at the first content, at once, with the head of the answer. */
  commit(headers: IncomingHttpHeaders): StreamSink;
  /** Called once. */
  ended(result: AttemptResult): void;
  /** Wall clock, for a Retry-After that is a date. */
  now(): number;
}

const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const MAX_REFUSAL_BYTES = 1024 * 1024;
/** More prelude than this is somebody's answer in a form we do not know. */
const MAX_HELD_BYTES = 1024 * 1024;

/** One upstream's answer up to the commit point: until then nothing has reached the client and another one may be asked. */
export class Attempt implements AnswerSink {
  private status = 0;
  private headers: IncomingHttpHeaders = {};
  private mode: 'waiting' | 'whole' | 'refused' | 'stream' | 'done' = 'waiting';
  private readonly chunks: Buffer[] = [];
  private length = 0;
  private begun = false;
  private readonly splitter = new EventSplitter();
  private held: CarriedEvent[] = [];
  private sink: StreamSink | null = null;

  constructor(private readonly options: AttemptOptions) {}

  head(status: number, headers: IncomingHttpHeaders): void {
    this.status = status;
    this.headers = headers;
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      this.malformed(`content-encoding ${encoding} was not asked for`);
    } else if (status >= 300) {
      this.mode = 'refused';
    } else if (!this.options.stream && headers['content-type']?.startsWith('text/event-stream')) {
      // Nobody asked for a stream, and one may never end.
      this.malformed('a stream that was not asked for');
    } else {
      this.mode = this.options.stream ? 'stream' : 'whole';
    }
  }

  data(chunk: Buffer): void {
    if (this.mode === 'stream' && !this.begun && isJson(chunk)) this.mode = 'whole';
    this.begun = true;
    switch (this.mode) {
      case 'stream':
        if (!this.passWhole(chunk)) this.readEvents(() => this.splitter.push(chunk));
        break;
      case 'whole':
        this.collect(chunk);
        if (this.length > MAX_ANSWER_BYTES) this.malformed('answer too large');
        break;
      case 'refused':
        if (this.length < MAX_REFUSAL_BYTES) this.collect(chunk);
        break;
    }
  }

  end(): void {
    switch (this.mode) {
      case 'stream':
        this.endStream();
        break;
      case 'whole':
        this.endWhole(Buffer.concat(this.chunks));
        break;
      case 'refused':
        this.refuse({
          status: this.status,
          headers: this.headers,
          body: Buffer.concat(this.chunks),
        });
        break;
    }
  }

  fail(outcome: Outcome): void {
    if (this.sink) this.sink.fail(outcome);
    else
      this.finish({
        kind: 'failed',
        outcome: { ...outcome, status: this.status || null },
        answer: null,
      });
  }

  private collect(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.length += chunk.length;
  }

  /** Most chunks of a stream under way are whole events of plain text: they go on as they came. */
  private passWhole(chunk: Buffer): boolean {
    if (!this.sink || !this.splitter.isBetweenEvents) return false;
    const carried = this.options.stream!.readWhole(chunk);
    if (carried) this.sink.take([carried]);
    return carried !== null;
  }

  private readEvents(next: () => readonly Buffer[]): void {
    try {
      for (const event of next()) {
        if (this.mode !== 'stream') return;
        this.readEvent(event);
      }
      this.passOn();
    } catch (error) {
      if (!(error instanceof EventTooLargeError)) throw error;
      if (this.sink) this.sink.fail(malformedOutcome(this.status, error.message));
      else this.malformed(error.message);
    }
  }

  private readEvent(event: Buffer): void {
    const carried = this.options.stream!.read(event);
    this.held.push(carried);
    if (this.sink) return;
    this.length += event.length;
    if (carried.meaning === 'error') {
      this.failBy(Buffer.from(parseEvent(event).data ?? ''));
    } else if (carried.meaning === 'content' || this.length > MAX_HELD_BYTES) {
      this.sink = this.options.commit(this.headers);
      this.options.ended({ kind: 'stream' });
    }
  }

  private passOn(): void {
    if (!this.sink || this.held.length === 0) return;
    const events = this.held;
    this.held = [];
    this.sink.take(events);
  }

  /** The provider's error under status 200: as good as a status, for nothing was sent on. */
  private failBy(body: Buffer): void {
    const { status, headers, options } = this;
    const answer = { status, headers, body };
    const outcome = failureUnderSuccess(answer, options.refusalIn, options.now());
    this.finish({ kind: 'failed', outcome, answer: null });
  }

  private endStream(): void {
    const rest = this.splitter.flush();
    if (rest) this.readEvents(() => [rest]);
    if (this.mode !== 'stream') return;
    if (!this.sink) this.commitToEnd(this.options.stream!);
    this.sink?.end();
  }

  /** An answer may be nothing but its end: a refusal, or no words at all. */
  private commitToEnd(stream: StreamCarrier): void {
    if (!stream.finished) {
      this.malformed('the stream ended before it had begun');
      return;
    }
    const last = stream.end();
    if (last.meaning === 'error') {
      const detail = stream.errorMessage ?? 'the model failed';
      const outcome: Outcome = {
        kind: 'server_error',
        status: this.status,
        detail,
        retryAfterMs: null,
      };
      this.finish({ kind: 'failed', outcome, answer: null });
      return;
    }
    this.held.push(last);
    this.sink = this.options.commit(this.headers);
    this.options.ended({ kind: 'stream' });
    this.passOn();
  }

  private endWhole(body: Buffer): void {
    if (this.options.stream) {
      // Asked for a stream, answered with a document: an error under status 200, or a server that cannot stream.
      this.failBy(body);
      return;
    }
    this.finish({
      kind: 'answer',
      answer: { status: this.status, headers: this.headers, body, usage: null },
    });
  }

  private refuse(answer: RefusedAnswer): void {
    const outcome = classifyAnswer(answer, this.options.now());
    this.finish({ kind: 'failed', outcome, answer });
  }

  private malformed(detail: string): void {
    this.finish({ kind: 'failed', outcome: malformedOutcome(this.status, detail), answer: null });
  }

  private finish(result: AttemptResult): void {
    if (this.mode === 'done') return;
    this.mode = 'done';
    this.options.ended(result);
  }
}

/** No field of an event begins with a brace: this is one document, whatever its type says it is. */
function isJson(firstChunk: Buffer): boolean {
  return /^\s*\{/.test(firstChunk.toString('latin1', 0, 64));
}

function malformedOutcome(status: number, detail: string): Outcome {
  return { kind: 'malformed', status, detail, retryAfterMs: null };
}
