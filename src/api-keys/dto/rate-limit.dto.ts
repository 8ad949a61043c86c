import { IsInt, Max, Min } from 'class-validator';
import { MAX_INTEGER } from '../../common/max-integer.js';

/** 0 and 0 block everything. */
export class RateLimitDto {
  /** @example 100 */
  @IsInt()
  @Min(0)
  @Max(MAX_INTEGER)
  requests_per_second: number;

  /**
   * How many requests may come at once.
   * @example 150
   */
  @IsInt()
  @Min(0)
  @Max(MAX_INTEGER)
  burst_size: number;
}
