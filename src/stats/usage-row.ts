import { isoTime } from '../common/iso-time.js';
import type { TokenUsage } from '../protocols/token-usage.js';
import type { UsageRecord } from './usage-record.js';

/** Columns of usage_records in the order of the INSERT. */
export const USAGE_COLUMNS = [
  'id',
  'started_at',
  'api_key_id',
  'api_key_name',
  'user_id',
  'operation',
  'client_protocol',
  'requested_model',
  'model',
  'provider',
  'account_id',
  'account_name',
  'stream',
  'status',
  'end_reason',
  'error_code',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
  'input_audio_tokens',
  'output_tokens',
  'reasoning_tokens',
  'output_audio_tokens',
  'web_searches',
  'usage_source',
  'cost_nano_usd',
  'price_source',
  'latency_ms',
  'time_to_first_token_ms',
  'overhead_ms',
  'attempts',
  'decision',
  'tags',
  'session',
  'upstream_request_id',
] as const;

export type UsageRow = Record<(typeof USAGE_COLUMNS)[number], unknown>;

/** Names come from clients and may be megabytes long; a record must stay small. */
const MAX_NAME_LENGTH = 256;

export function toUsageRow(record: UsageRecord): UsageRow {
  const { usage } = record;
  return {
    id: record.id,
    started_at: toTimestamp(record.startedAt),
    api_key_id: record.keyId,
    api_key_name: record.keyName ?? null,
    user_id: record.userId,
    operation: record.operation,
    client_protocol: record.clientProtocol,
    requested_model: cut(record.requestedModel),
    model: cut(record.model),
    provider: record.provider,
    account_id: record.accountId,
    account_name: record.accountName,
    stream: record.stream,
    status: record.status,
    end_reason: record.endReason,
    error_code: cut(record.errorCode),
    input_tokens: usage.inputTokens,
    cache_read_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    cache_write_1h_tokens: usage.cacheWrite1hTokens,
    input_audio_tokens: usage.inputAudioTokens,
    output_tokens: usage.outputTokens,
    reasoning_tokens: usage.reasoningTokens,
    output_audio_tokens: usage.outputAudioTokens,
    web_searches: usage.serverTools?.webSearches ?? null,
    usage_source: record.usageSource,
    cost_nano_usd: record.costNanoUsd === null ? null : String(record.costNanoUsd),
    price_source: record.priceSource,
    latency_ms: record.latencyMs,
    time_to_first_token_ms: record.timeToFirstTokenMs,
    overhead_ms: record.overheadMs,
    attempts: record.attempts.map(toAttempt),
    decision: record.decision ?? null,
    tags: record.tags.map(cut),
    session: cut(record.session),
    upstream_request_id: cut(record.upstreamRequestId),
  };
}

/** What was used, in the columns of a row as node-postgres reads them. */
export interface UsageColumns {
  readonly input_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  readonly cache_write_1h_tokens: number;
  readonly input_audio_tokens: number;
  readonly output_tokens: number;
  readonly reasoning_tokens: number;
  readonly output_audio_tokens: number;
  readonly web_searches: number | null;
}

export function usageOf(row: UsageColumns): TokenUsage {
  return {
    inputTokens: row.input_tokens,
    cacheReadTokens: row.cache_read_tokens,
    cacheWriteTokens: row.cache_write_tokens,
    cacheWrite1hTokens: row.cache_write_1h_tokens,
    inputAudioTokens: row.input_audio_tokens,
    outputTokens: row.output_tokens,
    reasoningTokens: row.reasoning_tokens,
    outputAudioTokens: row.output_audio_tokens,
    ...(row.web_searches && { serverTools: { webSearches: row.web_searches, webFetches: 0 } }),
  };
}

/** A record as the journal keeps it and PostgreSQL reads it. */
export function toRowJson(record: UsageRecord): string {
  return toPostgresJson(toUsageRow(record));
}

/**
 * JSON that PostgreSQL takes whatever clients put into their strings: jsonb and text know neither NUL nor half a surrogate
 * pair, and JSON.stringify leaves a whole pair unescaped.
 */
export function toPostgresJson(value: unknown): string {
  const json = JSON.stringify(value);
  // Most have none, and the search costs less than the pattern.
  if (!json.includes('\\u')) return json;
  return json.replace(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g, '$1\\ufffd');
}

function toAttempt(attempt: UsageRecord['attempts'][number]) {
  return {
    account_id: attempt.accountId,
    account_name: attempt.accountName,
    provider: attempt.provider,
    model: attempt.model,
    started_at_ms: attempt.startedAtMs,
    duration_ms: attempt.durationMs,
    status: attempt.status,
    outcome: attempt.outcome,
    error: attempt.error?.slice(0, 1_024) ?? null,
  };
}

/** Of a Date, in either direction. */
const MAX_TIME_MS = 8.64e15;

function toTimestamp(timeMs: number): string | null {
  return Math.abs(timeMs) <= MAX_TIME_MS ? isoTime(timeMs) : null;
}

function cut<Text extends string | null>(text: Text): Text {
  return text === null || text.length <= MAX_NAME_LENGTH
    ? text
    : (text.slice(0, MAX_NAME_LENGTH) as Text);
}
