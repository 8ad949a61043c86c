import { IsBoolean, IsOptional, Matches } from 'class-validator';
import { MayBeAbsent } from '../../common/may-be-absent.js';
import { INSTANT, INSTANT_EXPECTED, NAME, NAME_EXPECTED } from './usage-filter.dto.js';

export class RepriceDto {
  /**
   * Requests that began at this time or later.
   * @example "2026-11-20T00:00:00Z"
   */
  @Matches(INSTANT, INSTANT_EXPECTED)
  from: string;

  /**
   * Requests that began before this time.
   * @example "2026-11-21T00:00:00Z"
   */
  @Matches(INSTANT, INSTANT_EXPECTED)
  to: string;

  /**
   * Only those of one model, by the upstream's name.
   * @example "gpt-4o"
   */
  @IsOptional()
  @Matches(NAME, NAME_EXPECTED)
  model?: string;

  /**
   * Only tells what would change.
   * @example true
   */
  @MayBeAbsent()
  @IsBoolean()
  dry_run: boolean = false;
}

export class RepricedDto {
  examined: number;

  /** Requests that got an adjustment. */
  adjusted: number;

  /**
   * What all adjustments add up to.
   * @example "-1.25"
   */
  difference_usd: string;

  /** Where to go on with the same `to`, when there was too much for one call; null when all is done. */
  next_from: string | null;
}
