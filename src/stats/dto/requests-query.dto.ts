import { IntersectionType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsNumber, IsOptional, Min } from 'class-validator';
import { PageQuery } from '../../common/page.js';
import type { EndReason } from '../usage-record.js';
import { UsageFilter } from './usage-filter.dto.js';

const END_REASONS: EndReason[] = [
  'completed',
  'client_closed',
  'upstream_error',
  'rejected',
  'interrupted',
  'timeout',
  'unknown',
];

export class RequestsQuery extends IntersectionType(PageQuery, UsageFilter) {
  @IsOptional()
  @IsIn(END_REASONS)
  end_reason?: EndReason;

  /** Requests that took at least so long. */
  @IsOptional()
  @Type(() => Number)
  @IsNumber()
  @Min(0)
  min_latency_ms?: number;

  /** `csv` answers with every matching record as one file, without pages. */
  @IsOptional()
  @IsIn(['json', 'csv'])
  format: 'json' | 'csv' = 'json';
}
