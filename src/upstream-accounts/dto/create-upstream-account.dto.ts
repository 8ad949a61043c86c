import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { IsModelPattern } from '../../common/is-model-pattern.js';
import { MayBeAbsent } from '../../common/may-be-absent.js';
import { ThroughputLimitsDto } from '../../common/throughput-limits.dto.js';
import { IsModelMapping } from './is-model-mapping.js';

export class CreateUpstreamAccountDto extends ThroughputLimitsDto {
  /**
   * Unique; shown in statistics and in the header x-gateway-account.
   * @example "openai-1"
   */
  @IsString()
  @Length(1, 64)
  name: string;

  /**
   * `openai`, `anthropic`, `gemini`, … or `openai-compatible` for anything that speaks OpenAI's protocol.
   * @example "openai"
   */
  @IsString()
  @MaxLength(64)
  provider: string;

  /**
   * The provider's own address when absent. https, and in production only public addresses unless the operator allows others.
   * @example "https://api.openai.com/v1"
   */
  @IsOptional()
  @IsString()
  @MaxLength(2_048)
  base_url?: string | null;

  /**
   * Stored encrypted and never shown again.
   * @example "sk-your-provider-key"
   */
  @IsString()
  @Length(1, 4_096)
  @Matches(/^[\x21-\x7e]*$/, { message: 'api_key must be printable ASCII without spaces' })
  api_key: string;

  /**
   * Share of the requests among accounts of the same priority, 1 when absent.
   * @example 2
   */
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(1_000)
  weight?: number;

  /**
   * Accounts with a lower number come first, 0 when absent.
   * @example 0
   */
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(1_000)
  priority?: number;

  /**
   * True when absent.
   * @example true
   */
  @MayBeAbsent()
  @IsBoolean()
  enabled?: boolean;

  /**
   * Models it serves: names, `*`, or names with one `*` at the start or the end. Whatever the provider serves when empty.
   * @example ["gpt-4.1*"]
   */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(500)
  @IsModelPattern({ each: true })
  models?: string[];

  /** From the name a client uses to the upstream's own name. */
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { 'gpt-4.1': 'gpt-4.1-2025-04-14' },
  })
  @MayBeAbsent()
  @IsModelMapping()
  model_mapping?: object;

  /**
   * Whether its certificate is checked; the gateway's setting when absent.
   * @example true
   */
  @IsOptional()
  @IsBoolean()
  verify_ssl?: boolean | null;
}
