import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Outcome, OutcomeKind } from './outcome.js';

/** Who receives an upstream's answer. After `end` or `fail`, or after `abort()`, nothing more comes. */
export interface AnswerSink {
  head(status: number, headers: IncomingHttpHeaders): void;
  data(chunk: Buffer): void;
  end(): void;
  fail(outcome: Outcome): void;
}

export interface ExchangeTimeouts {
  /** From dispatch to the answer's first byte. */
  firstByteMs: number;
  /** Between two pieces of the answer. */
  idleMs: number;
  totalMs: number;
}

/** One call to an upstream, as undici's handler: no stream objects, no promises, one timer. */
export class UpstreamExchange implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | null = null;
  private timer: NodeJS.Timeout;
  private readonly startedAt = performance.now();
  private lastActivityAt = this.startedAt;
  private headSeen = false;
  private done = false;
  private pausedAt: number | null = null;

  constructor(
    private readonly sink: AnswerSink,
    private readonly timeouts: ExchangeTimeouts,
  ) {
    const { firstByteMs, idleMs, totalMs } = timeouts;
    this.timer = this.wakeIn(Math.min(firstByteMs, idleMs, totalMs));
  }

  /** Ends the call at once; the upstream sees its connection close. */
  abort(): void {
    if (this.done) return;
    this.finish();
    this.controller?.abort(new Error('aborted by the gateway'));
  }

  /** The client reads slowly: no more data until `resume()`, and no idle timeout meanwhile. */
  pause(): void {
    this.pausedAt ??= performance.now();
    this.controller?.pause();
  }

  resume(): void {
    this.pausedAt = null;
    this.lastActivityAt = performance.now();
    this.controller?.resume();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.done) controller.abort(new Error('aborted by the gateway'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    // 1xx answers announce another one.
    if (this.done || status < 200) return;
    this.headSeen = true;
    this.lastActivityAt = performance.now();
    this.sink.head(status, headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.done) return;
    this.lastActivityAt = performance.now();
    this.sink.data(chunk);
  }

  onResponseEnd(): void {
    if (this.done) return;
    this.finish();
    try {
      this.sink.end();
    } catch (error) {
      // Nobody else would hear of it: for undici this call is over.
      this.sink.fail(this.transportFailure(error as Error));
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.done) return;
    this.finish();
    this.sink.fail(this.transportFailure(error));
  }

  /**
   * One timer serves all three limits: it looks when the earliest may be due and sleeps again, never longer than what a head
   * that comes meanwhile makes the limit.
   */
  private onTimer(): void {
    const now = performance.now();
    const { firstByteMs, idleMs, totalMs } = this.timeouts;
    const waitMs = this.headSeen ? idleMs : firstByteMs;
    const since = this.headSeen ? this.lastActivityAt : this.startedAt;
    const quietDueIn = this.pausedAt === null ? since + waitMs - now : waitMs;
    const totalDueIn = this.startedAt + totalMs - now;
    if (quietDueIn > 0 && totalDueIn > 0) {
      this.timer = this.wakeIn(Math.max(1, Math.min(quietDueIn, totalDueIn, idleMs)));
      return;
    }
    const [kind, limitMs]: [OutcomeKind, number] =
      totalDueIn <= 0
        ? ['timeout', totalMs]
        : this.headSeen
          ? ['timeout', idleMs]
          : ['first_byte_timeout', firstByteMs];
    this.finish();
    this.controller?.abort(new Error(kind));
    this.sink.fail({ kind, status: null, detail: `nothing for ${limitMs} ms`, retryAfterMs: null });
  }

  /** An arrow function as a property would be made in V8's old generation and keep each call alive until a full collection. */
  private wakeIn(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.onTimer(), ms);
  }

  private finish(): void {
    this.done = true;
    clearTimeout(this.timer);
  }

  private transportFailure(error: Error): Outcome {
    const code = (error as { code?: string }).code ?? '';
    const kind = this.headSeen ? 'interrupted' : kindOfTransport(code);
    return { kind, status: null, detail: code || error.message, retryAfterMs: null };
  }
}

/** Codes of a connection that was there and broke; anything else before the head never was one. */
const LOST = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

function kindOfTransport(code: string): OutcomeKind {
  if (LOST.has(code)) return 'connection_lost';
  // The upstream answered, but not in HTTP.
  return code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW'
    ? 'malformed'
    : 'unreachable';
}
