import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { MAX_INTEGER } from './max-integer.js';

/** How much may go through in a minute, and at the same time. Null is no limit; absent leaves a limit as it is, or a new one out. */
export class ThroughputLimitsDto {
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
}
