import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Max,
  Min,
} from 'class-validator';
import { IsNested } from '../../common/is-nested.js';
import { RoutingPreferencesDto } from '../../routing-config/dto/routing-preferences.dto.js';

const OPERATIONS = [
  'chat',
  'completions',
  'embeddings',
  'responses',
  'messages',
  'count_tokens',
] as const;

/** A request that is not made. */
export class ExplainDto {
  /**
   * As a client would name it.
   * @example "gpt-4.1"
   */
  @IsString()
  @Length(1, 256)
  model: string;

  /** `chat` when absent. */
  @ApiPropertyOptional({ enum: OPERATIONS, example: 'chat' })
  @IsOptional()
  @IsIn(OPERATIONS)
  operation?: (typeof OPERATIONS)[number];

  /** Whose models, preferences and affinity count; nobody's when absent. */
  @ApiPropertyOptional({ format: 'uuid', nullable: true, example: null })
  @IsOptional()
  @IsUUID()
  key_id?: string;

  /** Instead of those of the key. */
  @IsOptional()
  @IsNested(() => RoutingPreferencesDto)
  routing_preferences?: RoutingPreferencesDto;

  /** @example "conversation-1" */
  @IsOptional()
  @IsString()
  @Length(1, 128)
  session?: string;

  /**
   * True when absent.
   * @example true
   */
  @IsOptional()
  @IsBoolean()
  stream?: boolean;

  /**
   * For strategies that compare prices.
   * @example 1000
   */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(10_000_000)
  input_tokens?: number;

  /** @example 500 */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(10_000_000)
  output_tokens?: number;
}

export class ExplainedCandidateDto {
  account_id: string;

  /** @example "openai-1" */
  account_name: string;

  /** @example "openai" */
  provider: string;

  /** The upstream's name. */
  model: string;

  /** Lower ones come first. */
  priority: number;

  weight: number;

  /** Whether it may be asked now. */
  available: boolean;

  /** Why it may not; null when it may. */
  reason: string | null;

  retry_in_seconds: number | null;

  /** @example "closed" */
  circuit: string;

  /** What the strategy compares, the lower the better; null where it compares nothing. */
  score: number | null;

  requests_in_flight: number;

  time_to_first_token_ms: number | null;

  failure_share: number;
}

export class ExplainedModelDto {
  /** The model asked for, or one that it falls back to. */
  model: string;

  /** @example "least_latency" */
  strategy: string;

  candidates: ExplainedCandidateDto[];
}

export class ExplanationDto {
  /** Who is likeliest to be asked first; null: nobody, or whoever has the next turn. */
  @ApiProperty({ type: String, nullable: true, example: 'openai-1' })
  would_ask: string | null;

  /** In the order they are tried. */
  models: ExplainedModelDto[];
}
