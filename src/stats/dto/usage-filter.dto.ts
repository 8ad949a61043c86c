import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsUUID, Matches, Max, Min } from 'class-validator';

export const INSTANT = /^20\d\d-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;
export const INSTANT_EXPECTED = {
  message: 'expected an RFC 3339 time such as 2026-11-21T08:00:00Z, or a date',
};
/** PostgreSQL has no text with NUL in it. */
export const NAME = /^[^\0]{1,256}$/;
export const NAME_EXPECTED = { message: 'expected 1 to 256 characters' };

/** Which usage records are meant; all conditions hold together. */
export class UsageFilter {
  /**
   * Requests that began at this time or later.
   * @example "2026-11-20T00:00:00Z"
   */
  @IsOptional()
  @Matches(INSTANT, INSTANT_EXPECTED)
  from?: string;

  /**
   * Requests that began before this time.
   * @example "2026-11-21T00:00:00Z"
   */
  @IsOptional()
  @Matches(INSTANT, INSTANT_EXPECTED)
  to?: string;

  /** The model as the client named it, or the upstream's name. */
  @IsOptional()
  @Matches(NAME, NAME_EXPECTED)
  model?: string;

  /** @example "anthropic" */
  @IsOptional()
  @Matches(NAME, NAME_EXPECTED)
  provider?: string;

  @IsOptional()
  @IsUUID()
  account_id?: string;

  @IsOptional()
  @IsUUID()
  key_id?: string;

  @IsOptional()
  @IsUUID()
  user_id?: string;

  /** The HTTP status the client was given; 499 when it left first. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(599)
  status?: number;

  /** One of the tags the client sent in `x-gateway-tags`. */
  @IsOptional()
  @Matches(NAME, NAME_EXPECTED)
  tag?: string;
}
