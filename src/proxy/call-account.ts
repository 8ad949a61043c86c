import type { IncomingHttpHeaders } from 'node:http';
import {
  NO_USAGE,
  totalInputTokens,
  totalOutputTokens,
  type TokenUsage,
} from '../protocols/token-usage.js';
import { policyOf, type Outcome, type OutcomeKind } from '../providers/outcome.js';
import type { Candidate } from '../routing/candidate.js';
import type { Plan } from '../routing/plan.js';
import type { AnswerCapture } from '../stats/captures/capture.js';
import type { BeginEntry } from '../stats/ledger.js';
import type { AttemptRecord, EndReason, UsageRecord } from '../stats/usage-record.js';
import type { Timings } from './answer-headers.js';
import type { ClientCall } from './client-call.js';
import type { CarriedEvent } from './carrier.js';
import { estimateInputTokens, estimateOutputTokens, StreamMeter } from './estimate-usage.js';
import { decisionRecord } from './explanation.js';

export interface CallEnd {
  /** What the client was given; 499 when it left. */
  readonly status: number;
  readonly endReason: EndReason;
  readonly errorCode: string | null;
}

export interface CallAccountOptions {
  readonly call: ClientCall;
  readonly plan: Plan;
  readonly headers: IncomingHttpHeaders;
  /** Wall clock at arrival. */
  readonly startedAt: number;
  /** Monotonic milliseconds. */
  now(): number;
  /** Keeps what the client is answered; null for nearly all keys. */
  readonly capture?: AnswerCapture | null;
  /** Receives the finished record, priced and written by whoever made this. Once. */
  close(record: UsageRecord): void;
}

/** Keeps the account of one call while it runs: attempts, times, tokens; and closes it exactly once. */
export class CallAccount {
  readonly headers: IncomingHttpHeaders;
  private readonly attempts: AttemptRecord[] = [];
  private readonly plannedAt: number;
  private candidate: Candidate | null = null;
  private sentAt = 0;
  private firstTokenAt: number | null = null;
  private usage: TokenUsage | null = null;
  private isUsageFinal = true;
  private wholeBytes = 0;
  private readonly meter = new StreamMeter();
  private mayBeCharged = false;
  private upstreamRequestId: string | null = null;
  private closed = false;

  constructor(private readonly options: CallAccountOptions) {
    this.headers = options.headers;
    this.plannedAt = options.now();
  }

  /** @param likely who will probably be asked first; null when nobody is */
  begin(likely: Candidate | null): BeginEntry {
    const isFree = this.options.call.operation === 'count_tokens';
    return {
      ...this.facts(),
      upstream: isFree ? null : likelyUpstream(likely),
      estimatedInputTokens: estimateInputTokens(this.options.call.body),
    };
  }

  /** An attempt begins. Returns when, for `attempted`. */
  sent(candidate: Candidate): number {
    this.candidate = candidate;
    this.sentAt = this.options.now();
    return this.sentAt;
  }

  /**
   * An attempt has ended: the last one that does is the one that counts.
   * @param wasSent whether anything has gone up
   */
  attempted(
    candidate: Candidate,
    { kind, status, detail }: Outcome,
    { sentAt, wasSent = true }: { sentAt: number; wasSent?: boolean },
  ): void {
    const { account, model } = candidate;
    this.candidate = candidate;
    this.sentAt = sentAt;
    this.mayBeCharged = wasSent && (GIVEN_UP.has(kind) || policyOf(kind).mayBeCharged);
    this.attempts.push({
      accountId: account.id,
      accountName: account.name,
      provider: account.adapter.provider,
      model,
      startedAtMs: round(sentAt - this.options.call.arrivedAt),
      durationMs: round(this.options.now() - sentAt),
      status,
      outcome: kind,
      error: kind === 'success' ? null : detail,
    });
  }

  /** How the provider calls the request, for a question to its support. */
  identified(headers: IncomingHttpHeaders): void {
    const id = headers['x-request-id'] ?? headers['request-id'];
    if (typeof id === 'string') this.upstreamRequestId = id.slice(0, MAX_ID_LENGTH);
  }

  /** The first content is on its way to the client. */
  firstToken(): void {
    this.firstTokenAt = this.options.now();
  }

  /** Events on their way to the client; all there is to count by when the provider does not. */
  passedOn(events: readonly CarriedEvent[]): void {
    this.meter.add(events);
    const { capture } = this.options;
    if (capture) for (const { bytes } of events) capture.add(bytes);
  }

  /** An answer in one piece is on its way to the client. */
  answered(body: Buffer): void {
    this.wholeBytes = body.length;
    this.options.capture?.add(body);
    this.firstToken();
  }

  /**
   * @param usage the provider's numbers; null when it sent none
   * @param isFinal whether it sent them at the end, and not only on the way to an end that did not come
   */
  used(usage: TokenUsage | null, isFinal = true): void {
    this.usage = usage;
    this.isUsageFinal = isFinal;
  }

  timings(): Timings {
    const { arrivedAt, authenticatedAt } = this.options.call;
    const { plannedAt, sentAt } = this;
    return { arrivedAt, authenticatedAt, plannedAt, sentAt, answeredAt: this.options.now() };
  }

  close({ status, endReason, errorCode }: CallEnd): void {
    if (this.closed) return;
    this.closed = true;
    const { call, plan } = this.options;
    const { account, model } = this.candidate ?? {};
    const [usage, usageSource] = this.finalUsage();
    this.options.close({
      ...this.facts(),
      status,
      endReason,
      errorCode,
      model: model ?? null,
      provider: account?.adapter.provider ?? null,
      accountId: account?.id ?? null,
      accountName: account?.name ?? null,
      usage,
      usageSource,
      costNanoUsd: null,
      priceSource: null,
      latencyMs: round(this.options.now() - call.arrivedAt),
      timeToFirstTokenMs: this.since(this.firstTokenAt),
      overheadMs: this.attempts.length === 1 ? this.since(this.sentAt) : null,
      attempts: this.attempts,
      decision: decisionRecord(plan.decision),
      upstreamRequestId: this.upstreamRequestId,
    });
  }

  private facts() {
    const { id, key, operation, protocol, model, stream, tags, session } = this.options.call;
    return {
      id,
      startedAt: this.options.startedAt,
      keyId: key.id,
      keyName: key.name,
      userId: key.ownerId,
      operation,
      clientProtocol: protocol,
      requestedModel: model,
      stream,
      tags: [...tags],
      session,
    };
  }

  private finalUsage(): [TokenUsage, UsageRecord['usageSource']] {
    const { usage } = this;
    if (usage && this.isUsageFinal) return [usage, 'provider'];
    // A prompt that was sent is paid for, though nobody waited for the answer.
    const isPaid = this.firstTokenAt !== null || this.mayBeCharged;
    const { operation, body } = this.options.call;
    if (!isPaid || operation === 'count_tokens') return [{ ...NO_USAGE }, 'none'];
    const known = { ...(usage ?? NO_USAGE) };
    if (totalInputTokens(known) === 0) known.inputTokens = estimateInputTokens(body);
    const missing = this.estimatedOutput() - totalOutputTokens(known);
    const outputTokens = known.outputTokens + Math.max(0, missing);
    return [{ ...known, outputTokens }, 'estimated'];
  }

  private estimatedOutput(): number {
    if (this.options.call.operation === 'embeddings') return 0;
    return this.wholeBytes > 0 ? estimateOutputTokens(this.wholeBytes) : this.meter.tokens;
  }

  private since(mark: number | null): number | null {
    return mark === null ? null : round(mark - this.options.call.arrivedAt);
  }
}

const MAX_ID_LENGTH = 128;

/** Ends that say nothing of what the upstream did meanwhile. */
const GIVEN_UP: ReadonlySet<OutcomeKind> = new Set(['client_left', 'cancelled']);

function likelyUpstream(candidate: Candidate | null): BeginEntry['upstream'] {
  if (!candidate) return null;
  const { account, model } = candidate;
  const { id: accountId, name: accountName } = account;
  return { provider: account.adapter.provider, model, accountId, accountName };
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
