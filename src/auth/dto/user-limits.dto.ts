import { Type } from 'class-transformer';
import { IsInt, IsObject, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { BudgetDto } from '../../common/budget.dto.js';
import { MAX_INTEGER } from '../../common/max-integer.js';

/** What all keys of a user may use together, beside the limits of each key. Absent: as it is; null: no limit. */
export class UserLimitsDto {
  /** @example 600 */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_INTEGER)
  requests_per_minute?: number | null;

  /**
   * Input and output tokens together.
   * @example 200000
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_INTEGER)
  tokens_per_minute?: number | null;

  /**
   * Requests in flight at the same time.
   * @example 20
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_INTEGER)
  max_concurrency?: number | null;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => BudgetDto)
  budget?: BudgetDto | null;
}
