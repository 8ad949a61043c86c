import type { ServerResponse } from 'node:http';
import type { Outcome } from '../providers/outcome.js';
import { AnswerBody } from './answer-body.js';
import type { StreamSink } from './attempt.js';
import type { CarriedEvent, StreamCarrier } from './carrier.js';
import { endAnswer } from './end-answer.js';

/** How a committed stream ended. */
export type StreamEnd =
  | { readonly kind: 'completed' }
  | { readonly kind: 'interrupted'; readonly detail: string }
  | { readonly kind: 'client_left' };

export interface StreamRelayOptions {
  readonly response: ServerResponse;
  readonly carrier: StreamCarrier;
  readonly slowReaderMs: number;
  /** Holds the upstream back while the client reads slowly. */
  readonly flow: { pause(): void; resume(): void; abort(): void };
  /** An error in the client's protocol, for a stream that cannot go on. */
  errorEvent(): string;
  /** Given to the client. */
  passedOn(events: readonly CarriedEvent[]): void;
  /** Before the last byte goes out: the account is settled first. Once. */
  settle(end: StreamEnd): void;
}

/** Copies a committed stream to the client, event by event as the upstream wrote them, with backpressure. */
export class StreamRelay implements StreamSink {
  private done = false;
  private slowReader: NodeJS.Timeout | null = null;
  private readonly body: AnswerBody;

  constructor(private readonly options: StreamRelayOptions) {
    this.body = new AnswerBody(options.response, (source) => this.holdBack(source));
  }

  take(events: readonly CarriedEvent[]): void {
    if (this.done) return;
    const wanted = events.filter(({ bytes }) => bytes.length > 0);
    if (wanted.length > 0) this.body.write(joined(wanted));
    this.options.passedOn(wanted);
    const isUnreadable =
      this.options.carrier.errorMessage === null &&
      events.some(({ meaning }) => meaning === 'error');
    if (isUnreadable) this.breakOff('the upstream sent something that is no event');
  }

  end(): void {
    this.endWith('the upstream ended the stream without its end');
  }

  /** Broken behind its last event, the answer is still whole. */
  fail({ detail }: Outcome): void {
    this.endWith(detail);
  }

  /** One error event in the client's protocol, and no terminator: no client can take this for a whole answer. */
  breakOff(detail: string): void {
    if (this.done) return;
    this.options.flow.abort();
    this.body.write(Buffer.from(this.options.errorEvent()));
    this.finish({ kind: 'interrupted', detail });
  }

  /** Some SDKs hang up as soon as they have read the end of the answer, before ours has reached them. */
  clientLeft(): void {
    if (this.done) return;
    this.options.flow.abort();
    this.finish({ kind: this.options.carrier.finished ? 'completed' : 'client_left' });
  }

  private endWith(detail: string): void {
    const { errorMessage, finished } = this.options.carrier;
    // The client has the provider's error event already.
    if (errorMessage !== null) this.finish({ kind: 'interrupted', detail: errorMessage });
    else if (finished) this.complete();
    else this.breakOff(detail);
  }

  private complete(): void {
    if (this.done) return;
    const { carrier } = this.options;
    const { bytes } = carrier.end();
    if (bytes.length > 0) this.body.write(bytes);
    if (carrier.errorMessage === null) this.finish({ kind: 'completed' });
    else this.finish({ kind: 'interrupted', detail: carrier.errorMessage });
  }

  /** Until the client has read what waits for it. */
  private holdBack(source: NodeJS.EventEmitter): void {
    if (this.done || this.slowReader) return;
    this.options.flow.pause();
    this.slowReader = setTimeout(() => this.options.response.destroy(), this.options.slowReaderMs);
    source.once('drain', () => this.drained());
  }

  private drained(): void {
    if (this.done || !this.slowReader) return;
    clearTimeout(this.slowReader);
    this.slowReader = null;
    this.options.flow.resume();
  }

  private finish(end: StreamEnd): void {
    if (this.done) return;
    this.done = true;
    if (this.slowReader) clearTimeout(this.slowReader);
    this.options.settle(end);
    this.body.flush();
    endAnswer(this.options.response, this.options.slowReaderMs);
  }
}

/** One write for what came together: a write costs more than copying a few events. */
function joined(events: readonly CarriedEvent[]): Buffer {
  return events.length === 1 ? events[0]!.bytes : Buffer.concat(events.map(({ bytes }) => bytes));
}
