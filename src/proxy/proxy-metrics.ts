import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { UsageRecord } from '../stats/usage-record.js';
import type { InFlight } from '../common/in-flight.js';
import { PendingCount } from './pending-count.js';

/** Model names may come from clients; a label value lives for ever, so only so many get their own. */
const MAX_MODEL_LABELS = 300;

interface Children {
  requests: PendingCount;
  duration: Histogram.Internal<string>;
  firstToken: Histogram.Internal<string>;
  overhead: Histogram.Internal<string>;
  tokens: readonly (readonly [Bucket, PendingCount])[];
}

type Bucket = keyof typeof BUCKETS;

/** What Prometheus sees of the proxy. Label children are looked up once; no key and no user is ever a label. */
export class ProxyMetrics {
  private readonly requests: Counter;
  private readonly duration: Histogram;
  private readonly firstToken: Histogram;
  private readonly overhead: Histogram;
  private readonly tokens: Counter;
  private readonly shed: Counter;
  private readonly retries: Counter;
  private readonly unpriced: Counter;
  private readonly providerLatency: Histogram;
  private readonly children = new Map<string, Children>();
  private readonly latencies = new Map<string, Histogram.Internal<string>>();
  private readonly models = new Set<string>();
  private catchUp: () => void = () => undefined;

  constructor(registry: Registry, inFlight: InFlight) {
    const registers = [registry];
    const collect = (): void => this.settle();
    const call = ['operation', 'provider', 'model'];
    this.requests = new Counter({
      name: 'llm_proxy_requests_total',
      help: 'Client requests by what they asked for and the status they got',
      labelNames: [...call, 'status'],
      registers,
      // Prometheus is answered metric by metric, and this is the first.
      collect,
    });
    this.duration = new Histogram({
      name: 'llm_proxy_request_duration_seconds',
      help: 'From arrival to the end of the answer',
      labelNames: call,
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600],
      registers,
    });
    this.firstToken = new Histogram({
      name: 'llm_proxy_time_to_first_token_seconds',
      help: 'From arrival to the first content given to the client',
      labelNames: call,
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60],
      registers,
    });
    this.overhead = new Histogram({
      name: 'llm_proxy_overhead_seconds',
      help: "The gateway's own share of a request before the upstream was called",
      labelNames: call,
      buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1],
      registers,
    });
    this.tokens = new Counter({
      name: 'llm_proxy_tokens_total',
      help: 'Tokens by disjoint bucket',
      labelNames: ['provider', 'model', 'bucket'],
      registers,
    });
    this.shed = new Counter({
      name: 'llm_proxy_refused_total',
      help: 'Requests turned away before anything was known of them, by why',
      labelNames: ['reason'],
      registers,
    });
    this.retries = new Counter({
      name: 'llm_proxy_retries_total',
      help: 'Upstream calls beyond the first of a request, by why the one before failed',
      labelNames: ['provider', 'outcome'],
      registers,
    });
    this.unpriced = new Counter({
      name: 'llm_proxy_unpriced_requests_total',
      help: 'Requests that used tokens no price is known for: somebody should set one',
      labelNames: ['provider', 'model'],
      registers,
    });
    this.providerLatency = new Histogram({
      name: 'llm_proxy_provider_latency_seconds',
      help: 'How long upstream calls took, whatever came of them',
      labelNames: ['provider', 'outcome'],
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
      registers,
    });
    new Gauge({
      name: 'llm_proxy_active_requests',
      help: 'Client requests being served now',
      registers,
      collect() {
        this.set(inFlight.count);
      },
    });
  }

  /** @param catchUp observes what has not been observed yet */
  beforeScrape(catchUp: () => void): void {
    this.catchUp = catchUp;
  }

  /** Nobody knows yet whose request it is: it leaves no record. */
  refused(reason: 'stopping' | 'in_flight' | 'ledger' | 'credential'): void {
    this.shed.inc({ reason });
  }

  observe(record: UsageRecord): void {
    const { operation, provider, status, usage, attempts } = record;
    const children = this.childrenFor(operation, provider ?? 'none', record.model, status);
    children.requests.add(1);
    children.duration.observe(record.latencyMs / 1000);
    if (record.timeToFirstTokenMs !== null)
      children.firstToken.observe(record.timeToFirstTokenMs / 1000);
    if (record.overheadMs !== null) children.overhead.observe(record.overheadMs / 1000);
    for (const [bucket, tokens] of children.tokens) {
      tokens.add(usage[bucket]);
    }
    if (provider !== null && record.costNanoUsd === null && record.usageSource !== 'none') {
      this.unpriced.inc({ provider, model: this.modelLabel(record.model) });
    }
    for (const [index, attempt] of attempts.entries()) {
      this.latencyOf(attempt.provider, attempt.outcome).observe(attempt.durationMs / 1000);
      const before = attempts[index - 1];
      if (before) this.retries.inc({ provider: attempt.provider, outcome: before.outcome });
    }
  }

  private settle(): void {
    this.catchUp();
    for (const { requests, tokens } of this.children.values()) {
      requests.settle();
      for (const [, count] of tokens) count.settle();
    }
  }

  private childrenFor(
    operation: string,
    provider: string,
    rawModel: string | null,
    status: number,
  ): Children {
    const model = this.modelLabel(rawModel);
    const key = `${operation} ${provider} ${model} ${status}`;
    let children = this.children.get(key);
    if (!children) {
      const labels = { operation, provider, model };
      children = {
        requests: new PendingCount(this.requests.labels({ ...labels, status: String(status) })),
        duration: this.duration.labels(labels),
        firstToken: this.firstToken.labels(labels),
        overhead: this.overhead.labels(labels),
        tokens: Object.entries(BUCKETS).map(([name, bucket]) => [
          name as Bucket,
          new PendingCount(this.tokens.labels({ provider, model, bucket })),
        ]),
      };
      this.children.set(key, children);
    }
    return children;
  }

  private latencyOf(provider: string, outcome: string): Histogram.Internal<string> {
    const key = `${provider} ${outcome}`;
    let child = this.latencies.get(key);
    if (!child)
      this.latencies.set(key, (child = this.providerLatency.labels({ provider, outcome })));
    return child;
  }

  private modelLabel(model: string | null): string {
    if (model === null) return 'none';
    if (this.models.has(model)) return model;
    if (this.models.size >= MAX_MODEL_LABELS) return 'other';
    this.models.add(model);
    return model;
  }
}

const BUCKETS = {
  inputTokens: 'input',
  cacheReadTokens: 'cache_read',
  cacheWriteTokens: 'cache_write',
  cacheWrite1hTokens: 'cache_write_1h',
  inputAudioTokens: 'input_audio',
  outputTokens: 'output',
  reasoningTokens: 'reasoning',
  outputAudioTokens: 'output_audio',
} as const;
