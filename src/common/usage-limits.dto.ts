import { IsOptional } from 'class-validator';
import { BudgetDto } from './budget.dto.js';
import { IsNested } from './is-nested.js';
import { ThroughputLimitsDto } from './throughput-limits.dto.js';

/** What a key, or all keys of a user together, may use. */
export class UsageLimitsDto extends ThroughputLimitsDto {
  @IsOptional()
  @IsNested(() => BudgetDto)
  budget?: BudgetDto | null;
}
