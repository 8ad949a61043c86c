import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Gathered } from '../common/gathered.js';
import { GatewayError } from '../common/gateway-error.js';
import { InFlight } from '../common/in-flight.js';
import { sendJson } from '../common/send-json.js';
import type { Plan } from '../routing/plan.js';
import { priced } from '../stats/prices/priced.js';
import type { UsageRecord } from '../stats/usage-record.js';
import { passOnHeaders } from './answer-headers.js';
import { Bookkeeping } from './bookkeeping.js';
import { CallAccount, type CallEnd } from './call-account.js';
import { beginServing, type ClientCall } from './client-call.js';
import { ProxiedCall } from './proxied-call.js';
import { ProxyTools } from './proxy-tools.js';
import { RequestRefusedError } from './upstream-failure.js';

/** Logs and metrics may be so much behind; the ledger is not. Not longer: what waits is copied by the collector meanwhile. */
const TELL_AFTER_MS = 5;

/** Serves a call that the guards have let in: begins its account, runs it, and sees that the account is closed. */
@Injectable()
export class ProxyService implements OnApplicationShutdown {
  private readonly finished: Gathered<UsageRecord>;
  private readonly listeners: ((call: ClientCall, record: UsageRecord) => void)[] = [];

  constructor(
    private readonly tools: ProxyTools,
    private readonly books: Bookkeeping,
    private readonly inFlight: InFlight,
  ) {
    this.finished = new Gathered((record) => this.tell(record), {
      delayMs: TELL_AFTER_MS,
      onFailure: (error) => books.logger.error('a finished call was not told of', 'Proxy', error),
    });
    books.metrics.beforeScrape(() => this.finished.flush());
  }

  /** When the last connections are closed, and with them the last calls. */
  onApplicationShutdown(): void {
    this.finished.flush();
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { call, plan } = beginServing(request);
    const account = this.open(call, plan, request);
    // First of all: when it cannot be recorded, nobody is asked.
    this.books.ledger.begin(account.begin(plan.firstChoice ?? null));
    const proxied = new ProxiedCall(this.tools, call, plan, response, account);
    const place = this.inFlight.track(proxied);
    response.on('close', () => this.inFlight.untrack(place));
    try {
      await proxied.run();
    } catch (error) {
      if (!(error instanceof RequestRefusedError)) {
        account.close(endOf(error));
        throw error;
      }
      const { status, headers, body } = error.answer;
      account.close({ status, endReason: 'upstream_error', errorCode: 'request_refused' });
      passOnHeaders(response, headers);
      response.statusCode = status;
      response.end(body);
    }
  }

  /** Serves a call without any upstream; it is accounted like every other. */
  async answerHere(
    request: IncomingMessage,
    response: ServerResponse,
    answer: (call: ClientCall) => Promise<unknown>,
  ): Promise<void> {
    const { call, plan } = beginServing(request);
    const account = this.open(call, plan, request);
    this.books.ledger.begin(account.begin(null));
    try {
      const body = await answer(call);
      if (response.closed) {
        account.close({ status: 499, endReason: 'client_closed', errorCode: null });
        return;
      }
      account.close({ status: 200, endReason: 'completed', errorCode: null });
      sendJson(response, 200, body);
    } catch (error) {
      account.close(endOf(error));
      throw error;
    }
  }

  /** Called with every call that ended, for what learns from calls. */
  onFinished(listener: (call: ClientCall, record: UsageRecord) => void): void {
    this.listeners.push(listener);
  }

  /** Counts a call that was refused before it reached any upstream. */
  record(record: UsageRecord): void {
    this.books.ledger.end(record);
    this.finished.add(record);
  }

  private tell(record: UsageRecord): void {
    const { metrics, logger } = this.books;
    metrics.observe(record);
    logger.request(summaryOf(record));
  }

  private open(call: ClientCall, plan: Plan, { headers }: IncomingMessage): CallAccount {
    const { clock } = this.tools;
    const { captures, prices } = this.books;
    const capture = captures.begin(call.key.id);
    return new CallAccount({
      call,
      plan,
      headers,
      startedAt: call.startedAt,
      now: () => clock.monotonic(),
      capture,
      close: (record) => {
        const finished = priced(record, prices);
        this.record(finished);
        if (capture) {
          const { id: recordId, keyId, userId, stream: isStream } = record;
          captures.end({ recordId, keyId, userId, isStream, request: call.body, answer: capture });
        }
        for (const listener of this.listeners) listener(call, finished);
      },
    });
  }
}

function endOf(error: unknown): CallEnd {
  if (!(error instanceof GatewayError)) {
    return { status: 500, endReason: 'upstream_error', errorCode: 'internal_error' };
  }
  const { status, code } = error;
  return { status, endReason: status === 504 ? 'timeout' : 'upstream_error', errorCode: code };
}

/** One log line a call: who, what, how it went; never a word of the prompt or the answer. */
function summaryOf(record: UsageRecord): Record<string, unknown> {
  return {
    request_id: record.id,
    operation: record.operation,
    requested_model: record.requestedModel,
    model: record.model,
    provider: record.provider,
    account: record.accountName,
    key_id: record.keyId,
    stream: record.stream,
    status: record.status,
    end_reason: record.endReason,
    error_code: record.errorCode,
    attempts: record.attempts.length,
    latency_ms: record.latencyMs,
    ttft_ms: record.timeToFirstTokenMs,
  };
}
