import { IsBoolean, IsIn, IsOptional, IsString, Length } from 'class-validator';
import type { Role } from '../../access/principal.js';
import { IsNested } from '../../common/is-nested.js';
import { MayBeAbsent } from '../../common/may-be-absent.js';
import { UsageLimitsDto } from '../../common/usage-limits.dto.js';
import { RoutingPreferencesDto } from '../../routing-config/dto/routing-preferences.dto.js';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '../password-policy.js';

/** Only what is sent changes; null is no value. */
export class UpdateUserDto extends UsageLimitsDto {
  /** How requests with this user's keys are routed, where a key does not say. Null takes them away. */
  @IsOptional()
  @IsNested(() => RoutingPreferencesDto)
  routing_preferences?: RoutingPreferencesDto | null;

  /** @example "user" */
  @MayBeAbsent()
  @IsIn(['admin', 'user'])
  role?: Role;

  /** @example true */
  @MayBeAbsent()
  @IsBoolean()
  is_active?: boolean;

  /**
   * Ends all sessions of the user.
   * @example "another horse battery"
   */
  @MayBeAbsent()
  @IsString()
  @Length(MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH)
  password?: string;
}
