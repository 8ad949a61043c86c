import { Type } from 'class-transformer';
import { IsInt, IsObject, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { BudgetDto } from './budget.dto.js';
import { MAX_INTEGER } from './max-integer.js';

/** What a key, or all keys of a user together, may use. Null is no limit; absent leaves a limit as it is, or a new one out. */
export class UsageLimitsDto {
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
