import { allowsModel } from '../common/model-pattern.js';
import type { ModelRouting, RoutingConfig } from '../routing-config/routing-config.js';

/** What is configured for a model by its own name or by the first pattern that fits; undefined where nothing is. */
export function modelRouting({ models }: RoutingConfig, model: string): ModelRouting | undefined {
  if (Object.hasOwn(models, model)) return models[model];
  for (const pattern in models) {
    if (allowsModel([pattern], model)) return models[pattern];
  }
  return undefined;
}
