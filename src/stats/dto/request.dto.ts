import { formatUsd } from '../../common/money.js';

/** A row of usage_records as the list reads it. */
export type RequestRow = Omit<
  RequestDto,
  'key_id' | 'key_name' | 'total_tokens' | 'web_searches' | 'cost_usd' | 'adjustment_usd'
> & {
  api_key_id: string;
  api_key_name: string | null;
  web_searches: number | null;
  cost_nano_usd: string | null;
  adjustment_nano_usd: string | null;
};

export interface RequestDetailRow extends RequestRow {
  attempts: AttemptDto[];
  decision: object | null;
}

/** One request of a client. Token buckets do not overlap: their sum is `total_tokens`. */
export class RequestDto {
  /** The `x-request-id` of the answer. */
  id: string;

  started_at: Date;
  key_id: string;
  key_name: string | null;
  user_id: string | null;

  /** @example "chat" */
  operation: string;

  client_protocol: string;
  requested_model: string;

  /** The upstream's name; null when no account was chosen. */
  model: string | null;

  provider: string | null;
  account_id: string | null;
  account_name: string | null;
  stream: boolean;

  /** What the client was given; 499 when it left first, 0 when the gateway stopped before it knew. */
  status: number;

  /** @example "completed" */
  end_reason: string;

  error_code: string | null;
  input_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  cache_write_1h_tokens: number;
  input_audio_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
  output_audio_tokens: number;
  total_tokens: number;

  /** Searches of the web that the provider ran by itself and counted. */
  web_searches: number;

  /** `provider`, `estimated` or `none`. */
  usage_source: string;

  /**
   * Null when no price is known.
   * @example "0.0023"
   */
  cost_usd: string | null;

  /**
   * What later prices made of the cost, to be added to it; null when they changed nothing.
   * @example "-0.0003"
   */
  adjustment_usd: string | null;

  /** `override`, `catalog`, or `prefix` when only a model with a similar name has a known price. */
  price_source: string | null;

  latency_ms: number;
  time_to_first_token_ms: number | null;

  /** Spent in the gateway itself. */
  overhead_ms: number | null;

  tags: string[];
  session: string | null;
  upstream_request_id: string | null;

  static from(row: RequestRow): RequestDto {
    return fieldsOf(row);
  }
}

export class AttemptDto {
  account_id: string;
  account_name: string;
  provider: string;
  model: string;

  /** After the start of the request. */
  started_at_ms: number;

  duration_ms: number;
  status: number | null;

  /** @example "success" */
  outcome: string;

  error: string | null;
}

export class RequestDetailDto extends RequestDto {
  /** Every upstream call, in order. */
  attempts: AttemptDto[];

  /** The candidates, and why some were left out. */
  decision: object | null;

  static override from(row: RequestDetailRow): RequestDetailDto {
    return { ...fieldsOf(row), attempts: row.attempts, decision: row.decision };
  }
}

export class RequestPageDto {
  data: RequestDto[];

  /** Null on the last page. */
  next_cursor: string | null;
}

function fieldsOf(row: RequestRow) {
  return {
    id: row.id,
    started_at: row.started_at,
    key_id: row.api_key_id,
    key_name: row.api_key_name,
    user_id: row.user_id,
    operation: row.operation,
    client_protocol: row.client_protocol,
    requested_model: row.requested_model,
    model: row.model,
    provider: row.provider,
    account_id: row.account_id,
    account_name: row.account_name,
    stream: row.stream,
    status: row.status,
    end_reason: row.end_reason,
    error_code: row.error_code,
    input_tokens: row.input_tokens,
    cache_read_tokens: row.cache_read_tokens,
    cache_write_tokens: row.cache_write_tokens,
    cache_write_1h_tokens: row.cache_write_1h_tokens,
    input_audio_tokens: row.input_audio_tokens,
    output_tokens: row.output_tokens,
    reasoning_tokens: row.reasoning_tokens,
    output_audio_tokens: row.output_audio_tokens,
    total_tokens: totalTokens(row),
    web_searches: row.web_searches ?? 0,
    usage_source: row.usage_source,
    cost_usd: usd(row.cost_nano_usd),
    adjustment_usd: usd(row.adjustment_nano_usd),
    price_source: row.price_source,
    latency_ms: row.latency_ms,
    time_to_first_token_ms: row.time_to_first_token_ms,
    overhead_ms: row.overhead_ms,
    tags: row.tags,
    session: row.session,
    upstream_request_id: row.upstream_request_id,
  };
}

function usd(nanoUsd: string | null): string | null {
  return nanoUsd === null ? null : formatUsd(BigInt(nanoUsd));
}

function totalTokens(row: RequestRow): number {
  return (
    row.input_tokens +
    row.cache_read_tokens +
    row.cache_write_tokens +
    row.cache_write_1h_tokens +
    row.input_audio_tokens +
    row.output_tokens +
    row.reasoning_tokens +
    row.output_audio_tokens
  );
}
