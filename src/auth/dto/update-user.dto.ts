import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  Length,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { RoutingPreferencesDto } from '../../routing-config/dto/routing-preferences.dto.js';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '../password-policy.js';
import type { Role } from '../../access/principal.js';
import { UsageLimitsDto } from '../../common/usage-limits.dto.js';

/** Only what is sent changes; null is no value. */
export class UpdateUserDto extends UsageLimitsDto {
  /** How requests with this user's keys are routed, where a key does not say. Null takes them away. */
  @IsOptional()
  @ValidateNested()
  @Type(() => RoutingPreferencesDto)
  routing_preferences?: RoutingPreferencesDto | null;

  /** @example "user" */
  @ValidateIf(isSent)
  @IsIn(['admin', 'user'])
  role?: Role;

  /** @example true */
  @ValidateIf(isSent)
  @IsBoolean()
  is_active?: boolean;

  /**
   * Ends all sessions of the user.
   * @example "another horse battery"
   */
  @ValidateIf(isSent)
  @IsString()
  @Length(MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH)
  password?: string;
}

function isSent(_: unknown, value: unknown): boolean {
  return value !== undefined;
}
