import type { RoutingPreferences } from '../catalog/routing-preferences.js';
import type { RoutingConfig } from '../routing-config/routing-config.js';
import { firstAvailable } from './first-available.js';
import { modelRouting } from './model-routing.js';
import type { RoutingStrategy } from './strategies/routing-strategy.js';

/** Finds the strategy by its name: the key's, else the model's, else the general one. */
export class StrategyChoice {
  private readonly byName: ReadonlyMap<string, RoutingStrategy>;

  /** @param fallback the name of the one to use where a name is not known */
  constructor(
    strategies: readonly RoutingStrategy[],
    private readonly fallback: string,
  ) {
    this.byName = new Map(strategies.map((strategy) => [strategy.name, strategy]));
  }

  of(
    config: RoutingConfig,
    model: string,
    preferences: RoutingPreferences | null,
  ): RoutingStrategy {
    if (!config.enabled) return firstAvailable;
    const name = preferences?.strategy ?? modelRouting(config, model)?.strategy ?? config.strategy;
    // Names are checked where they are written; one that a newer version wrote must not stop this one.
    return this.byName.get(name) ?? this.byName.get(this.fallback)!;
  }
}
