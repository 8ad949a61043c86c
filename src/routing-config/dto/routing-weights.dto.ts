import { IsNumber, IsOptional, Max, Min } from 'class-validator';

/** What each dimension counts for the strategy `adaptive`, relative to the others. */
export class RoutingWeightsDto {
  /** @example 3 */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1_000)
  latency?: number;

  /** @example 1 */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1_000)
  cost?: number;

  /** @example 2 */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1_000)
  reliability?: number;

  /** @example 1 */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1_000)
  capacity?: number;
}
