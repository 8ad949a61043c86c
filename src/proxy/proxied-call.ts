import type { Response } from 'express';
import type { Clock } from '../common/clock.js';
import { InvalidRequestError, type GatewayError } from '../common/gateway-error.js';
import { UntranslatableError } from '../protocols/translation.js';
import { AccessTokenError, type AccessTokens } from '../providers/access-tokens.js';
import type { Outcome, RefusedAnswer } from '../providers/outcome.js';
import type { UpstreamClient } from '../providers/upstream-client.js';
import type { UpstreamExchange } from '../providers/upstream-exchange.js';
import type { Failover, NextAttempt } from '../routing/failover.js';
import type { Lease } from '../routing/lease.js';
import type { Plan } from '../routing/plan.js';
import { NoAccountAvailableError, type RoutingService } from '../routing/routing.service.js';
import { Attempt, type AttemptResult } from './attempt.js';
import type { CallAccount } from './call-account.js';
import { carrierFor } from './carrier-for.js';
import type { Carrier } from './carrier.js';
import { ClientAnswer, type Turn } from './client-answer.js';
import type { ClientCall } from './client-call.js';
import type { Interruptible } from '../common/in-flight.js';
import { sendAttempt } from './send-attempt.js';
import { timeoutsFor, type ProxyTimeouts } from './proxy-timeouts.js';
import type { StreamRelay } from './stream-relay.js';
import {
  RequestRefusedError,
  TranslatedRefusalError,
  UpstreamFailedError,
} from './upstream-failure.js';

export interface ProxyTools {
  readonly client: UpstreamClient;
  readonly tokens: AccessTokens;
  readonly routing: RoutingService;
  readonly clock: Clock;
  readonly timeouts: ProxyTimeouts;
}

/** One client request on its way: attempts until one commits, then the answer to its end, whoever ends it. */
export class ProxiedCall implements Interruptible {
  private readonly answer: ClientAnswer;
  private exchange: UpstreamExchange | null = null;
  private relay: StreamRelay | null = null;
  private cancel: ((outcome: Outcome) => void) | null = null;
  private left = false;
  private stopped = false;
  private number = 0;
  /** Why accounts were passed over without being asked. */
  private untranslatable: UntranslatableError | null = null;

  constructor(
    private readonly tools: ProxyTools,
    private readonly call: ClientCall,
    private readonly plan: Plan,
    response: Response,
    private readonly account: CallAccount,
  ) {
    this.answer = new ClientAnswer(tools, call, response, account);
    response.once('close', () => {
      if (!response.writableFinished) this.clientLeft();
    });
  }

  /** Resolves when the answer is whole or has become a stream. Throws what the client must hear instead. */
  async run(): Promise<void> {
    let failure: Outcome | null = null;
    let failover: Failover | null = null;
    let turn = this.turnOf(this.plan.next());
    while (turn) {
      const { lease, carrier } = turn;
      const result = await this.attempt(turn).catch((error: unknown) => {
        lease.release();
        throw error;
      });
      if (result.kind === 'stream') return;
      if (result.kind === 'answer') {
        this.answer.whole(turn, result.answer);
        return;
      }
      const { outcome } = result;
      this.account.attempted(lease.candidate, outcome);
      lease.ended(outcome);
      if (outcome.kind === 'token_expired') this.tools.tokens.forget(lease.candidate.account.id);
      if (outcome.kind === 'request_refused') throw refusalOf(carrier, result.answer, outcome);
      failure = worse(failure, outcome);
      failover ??= this.tools.routing.failover(this.plan, this.call.model);
      turn = this.isOver ? undefined : await this.nextTurn(failover.next(lease, outcome));
      if (this.left) {
        turn?.lease.release();
        this.account.close({ status: 499, endReason: 'client_closed', errorCode: null });
        return;
      }
    }
    throw failure ? new UpstreamFailedError(failure) : this.refusal();
  }

  private get isOver(): boolean {
    return this.left || this.stopped;
  }

  /** The gateway stops: nobody waits for an end that will not come. */
  interrupt(): void {
    this.stopped = true;
    if (this.relay) {
      this.relay.breakOff('the gateway is shutting down');
      return;
    }
    this.exchange?.abort();
    this.cancel?.({
      kind: 'cancelled',
      status: null,
      detail: 'shutting down',
      retryAfterMs: 1_000,
    });
  }

  private clientLeft(): void {
    this.left = true;
    this.exchange?.abort();
    if (this.relay) this.relay.clientLeft();
    else this.cancel?.({ kind: 'client_left', status: null, detail: '', retryAfterMs: null });
  }

  private async nextTurn(next: NextAttempt | null): Promise<Turn | undefined> {
    if (!next) return undefined;
    if (next.waitMs > 0) await this.pause(next.waitMs);
    if (!this.isOver) return this.turnOf(next.lease);
    next.lease.release();
    return undefined;
  }

  /** Ends early when the client leaves or the gateway stops. */
  private async pause(milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds);
      this.cancel = () => resolve();
    });
    clearTimeout(timer);
  }

  /** With this account, or the next one that can be asked this at all: one that cannot carry a parameter may not be the last one. */
  private turnOf(claimed: Lease | undefined): Turn | undefined {
    for (let lease = claimed; lease; lease = this.plan.next()) {
      try {
        const carrier = carrierFor(this.call, lease.candidate);
        const [dropped] = carrier.dropped;
        if (!this.call.strict || dropped === undefined) {
          return { lease, carrier, number: ++this.number };
        }
        throw new UntranslatableError(dropped, 'cannot be carried to the provider of this model');
      } catch (error) {
        lease.release();
        if (!(error instanceof UntranslatableError)) throw error;
        this.untranslatable = error;
      }
    }
    return undefined;
  }

  private refusal(): GatewayError {
    const { untranslatable, call } = this;
    if (!untranslatable) {
      return new NoAccountAvailableError(`no account for '${call.model}' is available any more`, {
        retryAfterSeconds: 1,
      });
    }
    const { param, message } = untranslatable;
    return new InvalidRequestError(`${param}: ${message}`, { param, cause: untranslatable });
  }

  private async attempt(turn: Turn): Promise<AttemptResult> {
    const cancelled = new Promise<AttemptResult>((resolve) => {
      this.cancel = (outcome) => resolve({ kind: 'failed', outcome, answer: null });
    });
    this.account.sent(turn.lease.candidate);
    const first = Promise.race([this.authenticated(turn), cancelled]);
    if (this.left) this.clientLeft();
    const result = this.checked(turn.carrier, await first);
    // What is no answer need not be read to its end.
    if (result.kind === 'failed') this.exchange?.abort();
    return result;
  }

  /** Most credentials are at hand; a token may have to be asked for first. */
  private authenticated(turn: Turn): Promise<AttemptResult> {
    const { account } = turn.lease.candidate;
    if (!account.adapter.accessToken) return this.send(turn, account.secret);
    return this.tools.tokens.secretFor(account).then(
      (secret) => this.send(turn, secret),
      (error: unknown) => {
        if (!(error instanceof AccessTokenError)) throw error;
        return { kind: 'failed', outcome: error.outcome, answer: null };
      },
    );
  }

  private send(turn: Turn, secret: string): Promise<AttemptResult> {
    const { call, tools } = this;
    const { carrier } = turn;
    const { candidate } = turn.lease;
    const stream = call.stream ? carrier.stream() : null;
    const attempt = new Attempt({
      stream,
      ...(carrier.refusalIn && { refusalIn: carrier.refusalIn }),
      commit: (headers) => {
        this.relay = this.answer.stream(turn, headers, stream!, this.exchange!);
        return this.relay;
      },
      now: () => tools.clock.now(),
    });
    const timeouts = timeoutsFor(tools.timeouts, call.catalog.routing, turn.lease.request.model);
    const clientHeaders = this.account.headers;
    this.exchange = sendAttempt(
      tools.client,
      { candidate, carrier, secret, stream: call.stream, clientHeaders, timeouts },
      attempt,
    );
    // Whoever left or stopped while a token was asked for wants no call any more.
    if (this.left || this.stopped) this.exchange.abort();
    return attempt.result;
  }

  /** A 200 that is no answer is a failure like any other, for nothing has been sent on. */
  private checked(carrier: Carrier, result: AttemptResult): AttemptResult {
    if (result.kind !== 'answer') return result;
    const { status } = result.answer;
    const carried = carrier.answer(result.answer.body);
    if (carried.ok) {
      this.account.used(carried.usage);
      return { kind: 'answer', answer: { ...result.answer, body: carried.body } };
    }
    const { kind, detail } = carried;
    const outcome: Outcome = { kind, status, detail, retryAfterMs: null };
    return { kind: 'failed', outcome, answer: null };
  }
}

/** The provider's words as they are to a client of its own protocol, in the client's to any other. */
function refusalOf(
  { contentType }: Carrier,
  answer: RefusedAnswer | null,
  outcome: Outcome,
): Error {
  return contentType === null && answer
    ? new RequestRefusedError(answer)
    : new TranslatedRefusalError(outcome);
}

/** What the client is told when several accounts failed: the last failure, with the shortest wait any of them asked for. */
function worse(before: Outcome | null, latest: Outcome): Outcome {
  if (before?.kind !== 'rate_limited' || latest.kind !== 'rate_limited') return latest;
  const waits = [before.retryAfterMs, latest.retryAfterMs].filter((wait) => wait !== null);
  return { ...latest, retryAfterMs: waits.length ? Math.min(...waits) : null };
}
