import { Type } from 'class-transformer';
import { IsObject, IsOptional, ValidateNested } from 'class-validator';
import { BudgetDto } from './budget.dto.js';
import { ThroughputLimitsDto } from './throughput-limits.dto.js';

/** What a key, or all keys of a user together, may use. */
export class UsageLimitsDto extends ThroughputLimitsDto {
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => BudgetDto)
  budget?: BudgetDto | null;
}
