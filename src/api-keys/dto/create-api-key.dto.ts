import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsISO8601,
  IsOptional,
  IsRFC3339,
  IsString,
  IsUUID,
  Length,
} from 'class-validator';
import { IsModelPattern } from '../../common/is-model-pattern.js';
import { IsNested } from '../../common/is-nested.js';
import { MayBeAbsent } from '../../common/may-be-absent.js';
import { UsageLimitsDto } from '../../common/usage-limits.dto.js';
import { RoutingPreferencesDto } from '../../routing-config/dto/routing-preferences.dto.js';
import { RateLimitDto } from './rate-limit.dto.js';

export class CreateApiKeyDto extends UsageLimitsDto {
  /**
   * Shown in lists; need not be unique.
   * @example "Production"
   */
  @IsString()
  @Length(1, 64)
  name: string;

  /**
   * Models the key may use: names, `*` for all, or a name with one `*` at its start or its end. All when absent.
   * @example ["gpt-4.1*", "claude-sonnet-4-5"]
   */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(200)
  @IsModelPattern({ each: true })
  allowed_models?: string[];

  /** No limit when absent. */
  @IsOptional()
  @IsNested(() => RateLimitDto)
  rate_limit?: RateLimitDto | null;

  /** After this moment the key is refused. Must be in the future; never when absent. */
  @ApiProperty({ type: String, format: 'date-time', example: '2099-12-31T23:59:59Z' })
  @IsOptional()
  @IsISO8601({ strict: true })
  @IsRFC3339()
  expires_at?: string | null;

  /** How requests with this key are routed where they differ from the gateway's settings. */
  @IsOptional()
  @IsNested(() => RoutingPreferencesDto)
  routing_preferences?: RoutingPreferencesDto | null;

  /**
   * Kept in the usage records of the key's requests.
   * @example ["team-a"]
   */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(32)
  @IsString({ each: true })
  @Length(1, 64, { each: true })
  tags?: string[];

  /**
   * A key that is not enabled is refused. True when absent.
   * @example true
   */
  @MayBeAbsent()
  @IsBoolean()
  is_enabled?: boolean;

  /** Whose key it is. Only administrators may name somebody else; null makes it the operator's. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: null })
  @IsOptional()
  @IsUUID()
  user_id?: string | null;
}
