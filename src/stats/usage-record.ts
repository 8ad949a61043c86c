import type { TokenUsage } from '../protocols/token-usage.js';

/** How a client's request ended. */
export type EndReason =
  | 'completed'
  /** The client left before the answer was whole. */
  | 'client_closed'
  | 'upstream_error'
  /** By the gateway itself: limits, permissions, no account available. */
  | 'rejected'
  /** The upstream broke off after the first byte had reached the client. */
  | 'interrupted'
  | 'timeout'
  /** The gateway stopped before it learnt the end. */
  | 'unknown';

/** One call to one upstream account on behalf of a request. */
export interface AttemptRecord {
  accountId: string;
  accountName: string;
  provider: string;
  /** The upstream's name. */
  model: string;
  /** Offset from the start of the request. */
  startedAtMs: number;
  durationMs: number;
  /** Null when no status line came back. */
  status: number | null;
  outcome: string;
  error: string | null;
}

/** One client request from admission to its end, as it is counted, charged and shown. */
export interface UsageRecord {
  /** UUIDv7 made at admission; the client got it as `x-request-id`. */
  id: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  keyId: string;
  keyName?: string;
  /** Owner of the key; null when it belongs to nobody. */
  userId: string | null;
  /** `chat`, `messages`, `embeddings`, … */
  operation: string;
  clientProtocol: 'openai' | 'anthropic';
  requestedModel: string;
  /** The upstream's name; null when no account was chosen. */
  model: string | null;
  provider: string | null;
  accountId: string | null;
  accountName: string | null;
  stream: boolean;
  /** What the client was given; 499 when it left first, 0 when nobody knows. */
  status: number;
  endReason: EndReason;
  errorCode: string | null;
  usage: TokenUsage;
  usageSource: 'provider' | 'estimated' | 'none';
  /** 1e-9 USD; null when no price is known, which is not the same as free. */
  costNanoUsd: bigint | null;
  priceSource: PriceSource | null;
  latencyMs: number;
  timeToFirstTokenMs: number | null;
  /** Spent in the gateway itself. */
  overheadMs: number | null;
  attempts: AttemptRecord[];
  /** Which candidates were considered and why some were left out; any JSON. */
  decision: unknown;
  tags: string[];
  session: string | null;
  upstreamRequestId: string | null;
}

/**
 * Where a price came from: the operator's overrides, the price list under the model's own name, or the list's entry for a
 * model whose name merely begins alike and which may cost something else.
 */
export type PriceSource = 'override' | 'catalog' | 'prefix';
