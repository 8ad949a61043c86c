import { IsInt, Max, Min } from 'class-validator';
import { MayBeAbsent } from '../../common/may-be-absent.js';

const WEEK_SECONDS = 604_800;

export class RotateApiKeyDto {
  /**
   * How long the old key stays good beside the new one. At once useless when absent.
   * @example 3600
   */
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(WEEK_SECONDS)
  overlap_seconds?: number;
}
