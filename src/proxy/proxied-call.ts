import type { ServerResponse } from 'node:http';
import type { Outcome, RefusedAnswer } from '../providers/outcome.js';
import type { Failover, NextAttempt } from '../routing/failover.js';
import type { Plan } from '../routing/plan.js';
import type { Interruptible } from '../common/in-flight.js';
import type { AttemptResult } from './attempt.js';
import type { CallAccount } from './call-account.js';
import type { Carrier } from './carrier.js';
import { ClientAnswer, type Turn } from './client-answer.js';
import type { ClientCall } from './client-call.js';
import { hedge } from './hedge.js';
import type { ProxyTools } from './proxy-tools.js';
import { RunningAttempt } from './running-attempt.js';
import type { StreamRelay } from './stream-relay.js';
import { Turns } from './turns.js';
import {
  RequestRefusedError,
  TranslatedRefusalError,
  UpstreamFailedError,
} from './upstream-failure.js';

/** One client request on its way: attempts until one commits, then the answer to its end, whoever ends it. */
export class ProxiedCall implements Interruptible {
  private readonly answer: ClientAnswer;
  private readonly turns: Turns;
  private readonly running = new Set<RunningAttempt>();
  private relay: StreamRelay | null = null;
  private wake: (() => void) | null = null;
  private left = false;
  private stopped = false;
  private failover: Failover | null = null;

  constructor(
    private readonly tools: ProxyTools,
    private readonly call: ClientCall,
    private readonly plan: Plan,
    response: ServerResponse,
    private readonly account: CallAccount,
  ) {
    this.answer = new ClientAnswer(tools, call, response, account);
    this.turns = new Turns(call, plan);
    response.on('close', () => {
      if (!response.writableFinished) this.clientLeft();
    });
  }

  /** Resolves when the answer is whole or has become a stream. Throws what the client must hear instead. */
  async run(): Promise<void> {
    let failure: Outcome | null = null;
    let turn = this.turns.next();
    while (turn) {
      if (turn.lease.granted) turn = await this.granted(turn);
      if (!turn) break;
      const { attempt, result } = await this.finished(this.start(turn));
      if (result.kind === 'stream') return;
      if (result.kind === 'answer') {
        this.answer.whole(attempt.turn, result.answer, attempt.sentAt);
        return;
      }
      const { outcome } = result;
      const { lease, carrier } = attempt.turn;
      this.failed(attempt, outcome);
      if (outcome.kind === 'request_refused') throw refusalOf(carrier, result.answer, outcome);
      failure = worse(failure, outcome);
      turn = this.isOver ? undefined : await this.nextTurn(this.failovers.next(lease, outcome));
      if (this.left) {
        turn?.lease.release();
        break;
      }
    }
    if (this.left) {
      this.account.close({ status: 499, endReason: 'client_closed', errorCode: null });
      return;
    }
    throw failure ? new UpstreamFailedError(failure) : this.turns.refusal();
  }

  /** The gateway stops: nobody waits for an end that will not come. */
  interrupt(): void {
    this.stopped = true;
    if (this.relay) this.relay.breakOff('the gateway is shutting down');
    else this.cancelAll({ ...CANCELLED, detail: 'shutting down', retryAfterMs: 1_000 });
  }

  private clientLeft(): void {
    this.left = true;
    if (this.relay) this.relay.clientLeft();
    else this.cancelAll({ ...CANCELLED, kind: 'client_left' });
  }

  private cancelAll(outcome: Outcome): void {
    for (const attempt of this.running) attempt.cancel(outcome);
    this.wake?.();
  }

  private get isOver(): boolean {
    return this.left || this.stopped;
  }

  private get failovers(): Failover {
    return (this.failover ??= this.tools.routing.failover(this.plan, this.call.model));
  }

  private async nextTurn(next: NextAttempt | null): Promise<Turn | undefined> {
    if (!next) return undefined;
    if (next.waitMs > 0) await this.pause(next.waitMs);
    if (!this.isOver) return this.turns.with(next.lease);
    next.lease.release();
    return undefined;
  }

  /** Ends early when the client leaves or the gateway stops. */
  private async pause(milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds);
      this.wake = resolve;
    });
    clearTimeout(timer);
  }

  /** With this account if it has a place after all, else with the next one that has. */
  private async granted(claimed: Turn): Promise<Turn | undefined> {
    let turn: Turn | undefined = claimed;
    while (turn && !(await (turn.lease.granted ?? true))) {
      this.turns.giveBack(turn);
      turn = this.isOver ? undefined : this.turns.next();
    }
    return turn;
  }

  private start(turn: Turn): RunningAttempt {
    const sentAt = this.account.sent(turn.lease.candidate);
    const { call, account } = this;
    const attempt = new RunningAttempt(
      this.tools,
      turn,
      {
        call,
        clientHeaders: account.headers,
        commit: (headers, stream, exchange) =>
          (this.relay = this.answer.stream(turn, headers, stream, { exchange, sentAt })),
      },
      sentAt,
    );
    this.running.add(attempt);
    if (this.left) attempt.cancel({ ...CANCELLED, kind: 'client_left' });
    return attempt;
  }

  private async finished(
    first: RunningAttempt,
  ): Promise<{ attempt: RunningAttempt; result: AttemptResult }> {
    try {
      const usualMs = this.hedgesAfterMs(first);
      if (usualMs === null) return { attempt: first, result: await first.result };
      const { winner, result, loser } = await hedge(first, usualMs, () => this.startSpare());
      if (loser) await this.drop(loser);
      return { attempt: winner, result };
    } catch (error) {
      for (const { turn } of this.running) turn.lease.release();
      throw error;
    } finally {
      this.running.clear();
    }
  }

  /** Null: a second account is not asked at the same time. */
  private hedgesAfterMs({ turn }: RunningAttempt): number | null {
    const { operation, catalog } = this.call;
    if (operation !== 'embeddings' || !catalog.routing.hedge_embeddings) return null;
    return turn.lease.candidate.state.usualMs();
  }

  private async startSpare(): Promise<RunningAttempt | undefined> {
    const claimed = this.isOver ? undefined : this.turns.with(this.failovers.spare());
    const turn = claimed && (await this.granted(claimed));
    return turn && this.start(turn);
  }

  /** Nobody waits for it any more; it counts as what has become of it by now. */
  private async drop(attempt: RunningAttempt): Promise<void> {
    attempt.cancel({ ...CANCELLED, detail: 'another account was faster' });
    const result = await attempt.result;
    if (result.kind === 'failed') this.failed(attempt, result.outcome);
    else attempt.turn.lease.release();
  }

  private failed({ turn, sentAt, wasSent }: RunningAttempt, outcome: Outcome): void {
    const { lease } = turn;
    this.account.attempted(lease.candidate, outcome, { sentAt, wasSent });
    this.answer.describe(turn);
    lease.ended(outcome);
    if (outcome.kind === 'token_expired') this.tools.tokens.forget(lease.candidate.account.id);
  }
}

const CANCELLED: Outcome = { kind: 'cancelled', status: null, detail: '', retryAfterMs: null };

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
