import type { IncomingHttpHeaders } from 'node:http';
import type { CatalogAccount } from '../catalog/catalog.js';
import { UpstreamTokenError } from '../providers/upstream-tokens.js';
import type { Outcome } from '../providers/outcome.js';
import type { UpstreamExchange } from '../providers/upstream-exchange.js';
import { Attempt, type AttemptResult, type StreamSink } from './attempt.js';
import type { StreamCarrier } from './carrier.js';
import type { Turn } from './client-answer.js';
import type { ClientCall } from './client-call.js';
import { timeoutsFor } from './proxy-timeouts.js';
import type { ProxyTools } from './proxy-tools.js';
import { sendAttempt } from './send-attempt.js';

export interface AttemptTask {
  readonly call: ClientCall;
  readonly clientHeaders: IncomingHttpHeaders;
  /** The commit point of a stream. */
  commit(
    headers: IncomingHttpHeaders,
    stream: StreamCarrier,
    exchange: UpstreamExchange,
  ): StreamSink;
}

/** One attempt under way, from asking for a token to its result. Whoever has started it can end it at any point. */
export class RunningAttempt {
  readonly result: Promise<AttemptResult>;
  private exchange: UpstreamExchange | null = null;
  private resolve!: (result: AttemptResult) => void;
  private reject!: (error: unknown) => void;
  private cancelled = false;

  constructor(
    private readonly tools: ProxyTools,
    readonly turn: Turn,
    private readonly task: AttemptTask,
    /** Monotonic milliseconds. */
    readonly sentAt: number,
  ) {
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      // Whatever throws here ends the attempt too, and does not escape whoever has to give its lease back.
      this.begin();
    });
  }

  /** Ends it with this outcome; the upstream sees its connection close. Nothing happens behind the result. */
  cancel(outcome: Outcome): void {
    this.cancelled = true;
    this.exchange?.abort();
    this.resolve({ kind: 'failed', outcome, answer: null });
  }

  /** Whether anything has gone up: nobody charges for what has not. */
  get wasSent(): boolean {
    return this.exchange !== null;
  }

  /** Most credentials are at hand; a token may have to be asked for first. */
  private begin(): void {
    const { account } = this.turn.lease.candidate;
    if (account.adapter.accessToken) this.authenticate(account).catch(this.reject);
    else this.send(account.secret);
  }

  private async authenticate(account: CatalogAccount): Promise<void> {
    try {
      this.send(await this.tools.tokens.secretFor(account));
    } catch (error) {
      if (!(error instanceof UpstreamTokenError)) throw error;
      this.ended({ kind: 'failed', outcome: error.outcome, answer: null });
    }
  }

  private send(secret: string): void {
    const { tools, task } = this;
    const { carrier, lease } = this.turn;
    const { call, clientHeaders } = task;
    const stream = call.stream ? carrier.stream() : null;
    const attempt = new Attempt({
      stream,
      ...(carrier.refusalIn && { refusalIn: carrier.refusalIn }),
      commit: (headers) => task.commit(headers, stream!, this.exchange!),
      ended: (result) => this.ended(result),
      now: () => tools.clock.now(),
    });
    const timeouts = timeoutsFor(tools.timeouts, call.catalog.routing, lease.request.model);
    const { candidate } = lease;
    this.exchange = sendAttempt(
      tools.client,
      { candidate, carrier, secret, stream: call.stream, clientHeaders, timeouts },
      attempt,
    );
    // Whoever gave up while a token was asked for wants no call any more.
    if (this.cancelled) this.exchange.abort();
  }

  private ended(result: AttemptResult): void {
    try {
      this.resolve(this.checked(result));
    } catch (error) {
      this.reject(error);
    }
  }

  /** A 200 that is no answer is a failure like any other, for nothing has been sent on. */
  private checked(result: AttemptResult): AttemptResult {
    // What is no answer need not be read to its end.
    if (result.kind === 'failed') this.exchange?.abort();
    if (result.kind !== 'answer') return result;
    const { status, body } = result.answer;
    const carried = this.turn.carrier.answer(body);
    if (carried.ok) {
      const { usage } = carried;
      return { kind: 'answer', answer: { ...result.answer, body: carried.body, usage } };
    }
    const { kind, detail } = carried;
    const outcome: Outcome = { kind, status, detail, retryAfterMs: null };
    return { kind: 'failed', outcome, answer: null };
  }
}
