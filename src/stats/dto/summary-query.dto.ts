import { IsIn } from 'class-validator';
import { GROUPINGS, type Grouping } from '../grouping.js';
import { UsageFilterDto } from './usage-filter.dto.js';

/** Without `from` and `to` the last 24 hours; at most 400 days. */
export class SummaryQueryDto extends UsageFilterDto {
  /** What one row stands for. A request with several tags counts once under each, or under that of the filter alone. */
  @IsIn(GROUPINGS)
  group_by: Grouping = 'model';
}
