import type { Type } from '@nestjs/common';
import type { RoutingStrategy } from './routing-strategy.js';
import { WeightedRoundRobinStrategy } from './weighted-round-robin.strategy.js';

/** The only list of strategies; the first one is used where none is named. */
export const ROUTING_STRATEGIES: Type<RoutingStrategy>[] = [WeightedRoundRobinStrategy];
