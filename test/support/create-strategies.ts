import 'reflect-metadata';
import { Chance } from '../../src/common/chance.js';
import { Clock } from '../../src/common/clock.js';
import { CostEstimator } from '../../src/routing/cost-estimator.js';
import { ROUTING_STRATEGIES } from '../../src/routing/strategies/index.js';
import type { RoutingStrategy } from '../../src/routing/strategies/routing-strategy.js';

/** All strategies, built as Nest does it: each parameter by its type. */
export function createStrategies(dependencies: {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly costs: CostEstimator;
}): RoutingStrategy[] {
  const byType = new Map<unknown, unknown>([
    [Clock, dependencies.clock],
    [Chance, dependencies.chance],
    [CostEstimator, dependencies.costs],
  ]);
  return ROUTING_STRATEGIES.map((strategy) => {
    const types = (Reflect.getMetadata('design:paramtypes', strategy) ?? []) as unknown[];
    return new strategy(...types.map((type) => byType.get(type)));
  });
}
