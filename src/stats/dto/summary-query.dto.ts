import { IsIn } from 'class-validator';
import { GROUPINGS, type Grouping } from '../grouping.js';
import { UsageFilter } from './usage-filter.dto.js';

/** Without `from` and `to` the last 24 hours; at most 400 days. */
export class SummaryQuery extends UsageFilter {
  /** What one row stands for. A request with several tags counts once under each, or under that of the filter alone. */
  @IsIn(GROUPINGS)
  group_by: Grouping = 'model';
}
