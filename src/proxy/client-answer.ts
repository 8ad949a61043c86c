import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Clock } from '../common/clock.js';
import { totalInputTokens, totalOutputTokens, type TokenUsage } from '../protocols/token-usage.js';
import type { Outcome } from '../providers/outcome.js';
import type { UpstreamExchange } from '../providers/upstream-exchange.js';
import { readRateAllowance } from '../providers/rate-allowance.js';
import type { Lease } from '../routing/lease.js';
import { describeAnswer, passOnHeaders } from './answer-headers.js';
import type { WholeAnswer } from './attempt.js';
import type { CallAccount } from './call-account.js';
import type { Carrier, StreamCarrier } from './carrier.js';
import type { ClientCall } from './client-call.js';
import { callForms } from './client-protocols.js';
import { endAnswer } from './end-answer.js';
import type { ProxyTimeouts } from './proxy-timeouts.js';
import { StreamRelay, type StreamEnd } from './stream-relay.js';

/** One account on its turn, and how the call travels to it. */
export interface Turn {
  readonly lease: Lease;
  readonly carrier: Carrier;
  /** From 1. */
  readonly number: number;
}

export interface AnswerTools {
  readonly clock: Clock;
  readonly timeouts: ProxyTimeouts;
}

/** Gives a client the answer that was found, and closes the account of it before the last byte. */
export class ClientAnswer {
  constructor(
    private readonly tools: AnswerTools,
    private readonly call: ClientCall,
    private readonly response: ServerResponse,
    private readonly account: CallAccount,
  ) {}

  /** The answer in one piece. @param sentAt monotonic milliseconds */
  whole(turn: Turn, { status, headers, body, usage }: WholeAnswer, sentAt: number): void {
    const success: Outcome = { kind: 'success', status, detail: '', retryAfterMs: null };
    this.account.used(usage);
    this.account.attempted(turn.lease.candidate, success, { sentAt });
    this.answered(turn.lease, headers);
    turn.lease.ended(success, tokensOf(usage));
    this.account.answered(body);
    this.writeHead(turn, headers);
    this.response.setHeader('content-length', body.length);
    this.account.close({ status, endReason: 'completed', errorCode: null });
    const { response } = this;
    response.statusCode = status;
    endAnswer(response, this.tools.timeouts.slowReaderMs, body);
  }

  /** The commit point: from here on this is the answer, whatever becomes of it. */
  stream(
    turn: Turn,
    headers: IncomingHttpHeaders,
    carrier: StreamCarrier,
    { exchange, sentAt }: { exchange: UpstreamExchange; sentAt: number },
  ): StreamRelay {
    const { response, tools, call } = this;
    this.answered(turn.lease, headers);
    this.account.firstToken();
    this.writeHead(turn, headers);
    if (!response.getHeader('content-type'))
      response.setHeader('content-type', 'text/event-stream');
    response.setHeader('cache-control', 'no-cache, no-transform');
    response.setHeader('x-accel-buffering', 'no');
    response.statusCode = 200;
    const facts = {
      status: 502,
      code: 'stream_interrupted',
      message: 'the upstream broke off in the middle of its answer',
      requestId: call.id,
    };
    return new StreamRelay({
      response,
      carrier,
      slowReaderMs: tools.timeouts.slowReaderMs,
      flow: exchange,
      errorEvent: () => callForms[call.operation].errorEvent(facts),
      passedOn: (events) => this.account.passedOn(events),
      settle: (end) => this.settle(turn.lease, carrier, { end, sentAt }),
    });
  }

  private answered(lease: Lease, headers: IncomingHttpHeaders): void {
    const { clock } = this.tools;
    lease.answered(readRateAllowance(headers, { wall: clock.now(), monotonic: clock.monotonic() }));
  }

  private settle(
    lease: Lease,
    { usage, finished }: StreamCarrier,
    { end, sentAt }: { end: StreamEnd; sentAt: number },
  ): void {
    const outcome = outcomeOf(end);
    this.account.attempted(lease.candidate, outcome, { sentAt });
    lease.ended(outcome, finished ? tokensOf(usage) : null);
    this.account.used(usage, finished);
    this.account.close({
      status: end.kind === 'client_left' ? 499 : 200,
      endReason: END_REASONS[end.kind],
      errorCode: end.kind === 'interrupted' ? 'stream_interrupted' : null,
    });
  }

  /** The upstream has refused: the client may still want to know who. */
  describe({ lease, number }: Turn): void {
    describeAnswer(this.response, lease.candidate, number, this.account.timings());
  }

  private writeHead({ lease, carrier, number }: Turn, headers: IncomingHttpHeaders): void {
    const { response } = this;
    passOnHeaders(response, headers);
    this.account.identified(headers);
    if (carrier.contentType) response.setHeader('content-type', carrier.contentType);
    if (carrier.dropped.length) response.setHeader('x-gateway-dropped', carrier.dropped.join(', '));
    describeAnswer(response, lease.candidate, number, this.account.timings());
  }
}

function tokensOf(usage: TokenUsage | null): number | null {
  return usage && totalInputTokens(usage) + totalOutputTokens(usage);
}

const END_REASONS = {
  completed: 'completed',
  interrupted: 'interrupted',
  client_left: 'client_closed',
} as const;

function outcomeOf(end: StreamEnd): Outcome {
  const base = { status: 200, retryAfterMs: null };
  if (end.kind === 'interrupted') return { ...base, kind: 'interrupted', detail: end.detail };
  return { ...base, kind: end.kind === 'completed' ? 'success' : 'client_left', detail: '' };
}
