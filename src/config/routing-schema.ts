import { z } from 'zod';
import { STRATEGY_NAMES } from './strategy-names.js';

const modelName = z.string().min(1).max(256);
const milliseconds = z.number().int().positive().max(3_600_000).optional();
const weight = z.number().min(0).max(1_000).optional();

/** From a model to those that may serve its requests when nobody can serve the model itself. */
export const fallbacksSchema = z
  .record(modelName, z.array(modelName).min(1).max(10))
  .refine(
    (fallbacks) => Object.entries(fallbacks).every(([model, others]) => !others.includes(model)),
    'a model cannot fall back to itself',
  );

/** From a model's name, or a pattern with a `*` at one end, to what is different for it. */
export const modelRoutingsSchema = z.record(
  modelName,
  z.strictObject({
    strategy: z.enum(STRATEGY_NAMES).optional(),
    first_byte_timeout_ms: milliseconds,
    response_timeout_ms: milliseconds,
    slow_call_ms: milliseconds,
  }),
);

/** How requests are routed, as the configuration file and the routing API spell it. */
export const routingSchema = z.strictObject({
  strategy: z.enum(STRATEGY_NAMES).optional(),
  enabled: z.boolean().optional(),
  fallbacks: fallbacksSchema.optional(),
  models: modelRoutingsSchema.optional(),
  weights: z
    .strictObject({ latency: weight, cost: weight, reliability: weight, capacity: weight })
    .optional(),
  hedge_embeddings: z.boolean().optional(),
});
