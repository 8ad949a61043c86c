import { ArrayMaxSize, IsArray, IsIn, IsOptional } from 'class-validator';
import { IsNested } from '../../common/is-nested.js';
import { STRATEGY_NAMES, type StrategyName } from '../../config/strategy-names.js';
import { IsProvider } from './is-provider.js';
import { RoutingWeightsDto } from './routing-weights.dto.js';

/** How requests are routed where they differ from the gateway's settings. */
export class RoutingPreferencesDto {
  /**
   * Instead of the strategy that is configured.
   * @example "adaptive"
   */
  @IsOptional()
  @IsIn(STRATEGY_NAMES)
  strategy?: StrategyName;

  @IsOptional()
  @IsNested(() => RoutingWeightsDto)
  weights?: RoutingWeightsDto;

  /**
   * Asked before all others while they can be asked.
   * @example ["anthropic"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(32)
  @IsProvider({ each: true })
  preferred_providers?: string[];

  /**
   * Never asked.
   * @example ["deepseek"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(32)
  @IsProvider({ each: true })
  excluded_providers?: string[];
}
