/** The strategies by their public names, as configuration, keys and the routing API spell them. */
export const STRATEGY_NAMES = [
  'weighted_round_robin',
  'round_robin',
  'least_latency',
  'cost_optimized',
  'least_connections',
  'random',
  'sticky_session',
  'consistent_hash',
  'adaptive',
] as const;

export type StrategyName = (typeof STRATEGY_NAMES)[number];
