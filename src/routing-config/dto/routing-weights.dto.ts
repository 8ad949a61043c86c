import { IsNumber, Max, Min } from 'class-validator';
import { MayBeAbsent } from '../../common/may-be-absent.js';

/** What each dimension counts for the strategy `adaptive`, relative to the others; absent ones count as configured. */
export class RoutingWeightsDto {
  /** @example 3 */
  @MayBeAbsent()
  @IsNumber()
  @Min(0)
  @Max(1_000)
  latency?: number;

  /** @example 1 */
  @MayBeAbsent()
  @IsNumber()
  @Min(0)
  @Max(1_000)
  cost?: number;

  /** @example 2 */
  @MayBeAbsent()
  @IsNumber()
  @Min(0)
  @Max(1_000)
  reliability?: number;

  /** @example 1 */
  @MayBeAbsent()
  @IsNumber()
  @Min(0)
  @Max(1_000)
  capacity?: number;
}
