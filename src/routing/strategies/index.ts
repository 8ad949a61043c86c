import type { Type } from '@nestjs/common';
import { AdaptiveStrategy } from './adaptive.strategy.js';
import { ConsistentHashStrategy } from './consistent-hash.strategy.js';
import { CostOptimizedStrategy } from './cost-optimized.strategy.js';
import { LeastConnectionsStrategy } from './least-connections.strategy.js';
import { LeastLatencyStrategy } from './least-latency.strategy.js';
import { RandomStrategy } from './random.strategy.js';
import { RoundRobinStrategy } from './round-robin.strategy.js';
import type { RoutingStrategy } from './routing-strategy.js';
import { StickySessionStrategy } from './sticky-session.strategy.js';
import { WeightedRoundRobinStrategy } from './weighted-round-robin.strategy.js';

/** The only list of strategies. */
export const ROUTING_STRATEGIES: Type<RoutingStrategy>[] = [
  RoundRobinStrategy,
  WeightedRoundRobinStrategy,
  LeastLatencyStrategy,
  CostOptimizedStrategy,
  LeastConnectionsStrategy,
  RandomStrategy,
  StickySessionStrategy,
  ConsistentHashStrategy,
  AdaptiveStrategy,
];

/** Where neither the configuration nor the key names one. */
export const DEFAULT_STRATEGY = 'weighted_round_robin';
