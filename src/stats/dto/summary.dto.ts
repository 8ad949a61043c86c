import { formatUsd } from '../../common/money.js';
import type { Grouping } from '../grouping.js';
import { quantiles, type Histogram } from '../histogram.js';

/** Aggregates as PostgreSQL gives them. */
export interface FiguresRow {
  requests: number;
  errors: number;
  input_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  cache_write_1h_tokens: number;
  input_audio_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
  output_audio_tokens: number;
  total_tokens: number;
  /** More digits than a number holds. */
  cost_nano_usd: string;
  unpriced_requests: number;
  latency_ms: Histogram;
  time_to_first_token_ms: Histogram;
}

/** Of no request. */
export const NO_FIGURES: FiguresRow = {
  requests: 0,
  errors: 0,
  input_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  cache_write_1h_tokens: 0,
  input_audio_tokens: 0,
  output_tokens: 0,
  reasoning_tokens: 0,
  output_audio_tokens: 0,
  total_tokens: 0,
  cost_nano_usd: '0',
  unpriced_requests: 0,
  latency_ms: {},
  time_to_first_token_ms: {},
};

export interface GroupRow extends FiguresRow {
  group: string | null;
  name: string | null;
}

/** From histograms, to within 9 %. Null when no request has the figure. */
export class PercentilesDto {
  p50: number | null;
  p90: number | null;
  p99: number | null;

  static from(histogram: Histogram): PercentilesDto {
    const values = quantiles(histogram, [0.5, 0.9, 0.99]) ?? [];
    const [p50, p90, p99] = values.map((value) => Number(value.toPrecision(3)));
    return { p50: p50 ?? null, p90: p90 ?? null, p99: p99 ?? null };
  }
}

/** Token buckets do not overlap: their sum is `total_tokens`. */
export class FiguresDto {
  requests: number;

  /** Without those where the client left. */
  errors: number;

  input_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  cache_write_1h_tokens: number;
  input_audio_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
  output_audio_tokens: number;
  total_tokens: number;

  /**
   * Exact, without the requests that no price is known for.
   * @example "12.345000001"
   */
  cost_usd: string;

  /** Requests that used tokens no price is known for. */
  unpriced_requests: number;

  latency_ms: PercentilesDto;
  time_to_first_token_ms: PercentilesDto;

  static from(row: FiguresRow): FiguresDto {
    return figuresOf(row);
  }
}

export class GroupDto extends FiguresDto {
  /** The model, the id or the start of the hour; null for requests that have none, such as those without a tag. */
  group: string | null;

  /** What an account or a key was last called; null for other groups. */
  name: string | null;

  static override from(row: GroupRow): GroupDto {
    return { group: row.group, name: row.name, ...figuresOf(row) };
  }
}

export class SummaryDto {
  from: Date;
  to: Date;
  group_by: Grouping;
  totals: FiguresDto;

  /** By time for hours and days, else the groups with most requests first. */
  data: GroupDto[];

  /** True when there are more groups than the answer has. */
  truncated: boolean;
}

function figuresOf(row: FiguresRow) {
  return {
    requests: row.requests,
    errors: row.errors,
    input_tokens: row.input_tokens,
    cache_read_tokens: row.cache_read_tokens,
    cache_write_tokens: row.cache_write_tokens,
    cache_write_1h_tokens: row.cache_write_1h_tokens,
    input_audio_tokens: row.input_audio_tokens,
    output_tokens: row.output_tokens,
    reasoning_tokens: row.reasoning_tokens,
    output_audio_tokens: row.output_audio_tokens,
    total_tokens: row.total_tokens,
    cost_usd: formatUsd(BigInt(row.cost_nano_usd)),
    unpriced_requests: row.unpriced_requests,
    latency_ms: PercentilesDto.from(row.latency_ms),
    time_to_first_token_ms: PercentilesDto.from(row.time_to_first_token_ms),
  };
}
