import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import { IsNested } from '../../common/is-nested.js';
import { MayBeAbsent } from '../../common/may-be-absent.js';
import { fallbacksSchema, modelRoutingsSchema } from '../../config/routing-schema.js';
import { STRATEGY_NAMES, type StrategyName } from '../../config/strategy-names.js';
import { RoutingWeightsDto } from '../../routing-config/dto/routing-weights.dto.js';
import type { RoutingConfigVersion } from '../../routing-config/routing-config.entity.js';
import type { ModelRouting } from '../../routing-config/routing-config.js';
import { MatchesSchema } from './matches-schema.js';

/** Only what is sent changes. */
export class UpdateRoutingConfigDto {
  /** Where neither the model nor the key names another one. */
  @ApiPropertyOptional({ enum: STRATEGY_NAMES, example: 'least_latency' })
  @MayBeAbsent()
  @IsIn(STRATEGY_NAMES)
  strategy?: StrategyName;

  /**
   * False: always the first account that may be asked, by priority, then by name.
   * @example true
   */
  @MayBeAbsent()
  @IsBoolean()
  enabled?: boolean;

  /** Models that may serve a request instead, in this order, when nobody can serve the one asked for. */
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' } },
    example: { 'gpt-4.1': ['claude-sonnet-4-5'] },
  })
  @MayBeAbsent()
  @MatchesSchema(fallbacksSchema)
  fallbacks?: Record<string, string[]>;

  /** What is different for some models: names, or names with one `*` at the start or the end; the first that fits counts. */
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'object' },
    example: { 'o3*': { strategy: 'least_connections', first_byte_timeout_ms: 300_000 } },
  })
  @MayBeAbsent()
  @MatchesSchema(modelRoutingsSchema)
  models?: Record<string, ModelRouting>;

  /** For `adaptive`, where a key has no preferences of its own. */
  @MayBeAbsent()
  @IsNested(() => RoutingWeightsDto)
  weights?: RoutingWeightsDto;

  /**
   * Ask a second account for embeddings when the first one takes longer than it usually does.
   * @example false
   */
  @MayBeAbsent()
  @IsBoolean()
  hedge_embeddings?: boolean;
}

export class RoutingConfigDto {
  /** 0: nobody has written one yet. */
  version: number;

  /** @example "weighted_round_robin" */
  strategy: string;

  enabled: boolean;

  /** @example { "gpt-4.1": ["claude-sonnet-4-5"] } */
  fallbacks: object;

  /** @example {} */
  models: object;

  /** @example { "latency": 2 } */
  weights: object;

  hedge_embeddings: boolean;

  /** `file` when the configuration file declares it; then it is changed there. */
  managed_by: 'file' | null;

  /** The older version this one is. */
  restored_from: number | null;

  /** @example "admin" */
  created_by: string;

  created_at: Date;

  static from(row: RoutingConfigVersion): RoutingConfigDto {
    const { config } = row;
    return {
      version: row.version,
      strategy: config.strategy,
      enabled: config.enabled,
      fallbacks: config.fallbacks,
      models: config.models,
      weights: config.weights,
      hedge_embeddings: config.hedge_embeddings,
      managed_by: row.managedBy,
      restored_from: row.restoredFrom,
      created_by: row.createdBy,
      created_at: row.createdAt,
    };
  }
}

export class RoutingConfigPageDto {
  data: RoutingConfigDto[];

  /** Null on the last page. */
  next_cursor: string | null;
}
