import { Module } from '@nestjs/common';
import { register } from 'prom-client';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import { Chance } from '../common/chance.js';
import { topic } from '../common/channel.js';
import { Clock } from '../common/clock.js';
import { Logger } from '../common/logger.js';
import { Peers } from '../common/peers.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { RoutingConfigModule } from '../routing-config/routing-config.module.js';
import { AccountLimits } from '../limits/account-limits.js';
import { LimitsModule } from '../limits/limits.module.js';
import { StatsModule } from '../stats/stats.module.js';
import { breakerOptions } from './circuit-breaker/breaker-options.js';
import { CostEstimator } from './cost-estimator.js';
import { FailoverTools } from './failover.js';
import { Leases } from './leases.js';
import { Pools } from './pools.js';
import { PriceCostEstimator } from './price-cost-estimator.js';
import { ProbeLessons, type Lesson } from './probe-lessons.js';
import { RetryBudgets } from './retry-budgets.js';
import { RoutingController } from './routing.controller.js';
import { RoutingMetrics } from './routing-metrics.js';
import { RoutingService } from './routing.service.js';
import { StrategyChoice } from './strategy-choice.js';
import { DEFAULT_STRATEGY, ROUTING_STRATEGIES } from './strategies/index.js';
import type { RoutingStrategy } from './strategies/routing-strategy.js';
import { UpstreamReport } from './upstream-report.js';
import { UpstreamStates } from './upstream-states.js';

/** To the other workers: how an account was found by the one that asks. */
const LESSON = topic<Lesson>('lesson');

@Module({
  imports: [StatsModule, RoutingConfigModule, LimitsModule],
  controllers: [RoutingController],
  providers: [
    ...ROUTING_STRATEGIES,
    { provide: CostEstimator, useClass: PriceCostEstimator },
    {
      provide: StrategyChoice,
      inject: ROUTING_STRATEGIES,
      useFactory: (...strategies: RoutingStrategy[]) =>
        new StrategyChoice(strategies, DEFAULT_STRATEGY),
    },
    {
      provide: UpstreamStates,
      inject: [Clock, Chance, GatewayConfig, CurrentCatalog],
      useFactory: (
        clock: Clock,
        chance: Chance,
        { environment }: GatewayConfig,
        current: CurrentCatalog,
      ) => {
        const states = new UpstreamStates(clock, chance, breakerOptions(environment));
        current.onSwap((catalog) => states.adopt(catalog));
        return states;
      },
    },
    UpstreamReport,
    {
      provide: ProbeLessons,
      inject: [UpstreamStates, Clock, CurrentCatalog, Peers],
      useFactory: createLessons,
    },
    {
      provide: RoutingMetrics,
      inject: [Logger, Clock],
      useFactory: (logger: Logger, clock: Clock) =>
        new RoutingMetrics(register, logger, () => clock.monotonic()),
    },
    Pools,
    {
      provide: Leases,
      inject: [Clock, AccountLimits, RoutingMetrics, GatewayConfig],
      useFactory: createLeases,
    },
    {
      provide: RetryBudgets,
      inject: [GatewayConfig],
      useFactory: ({ environment }: GatewayConfig) =>
        new RetryBudgets({
          share: environment.RETRY_BUDGET_PERCENT / 100,
          floorPerSecond: environment.RETRY_BUDGET_FLOOR_PER_SECOND,
        }),
    },
    {
      provide: FailoverTools,
      inject: [Clock, Chance, RoutingMetrics, GatewayConfig],
      useFactory: failoverTools,
    },
    {
      provide: RoutingService,
      inject: [Pools, StrategyChoice, Leases, RetryBudgets, FailoverTools],
      useFactory: createRouting,
    },
  ],
  exports: [RoutingService, UpstreamReport, ProbeLessons],
})
export class RoutingModule {}

/** One worker asks the accounts, all of them learn. */
function createLessons(
  states: UpstreamStates,
  clock: Clock,
  current: CurrentCatalog,
  peers: Peers,
): ProbeLessons {
  const lessons = new ProbeLessons(states, clock, (lesson) => void peers.ask(LESSON, lesson));
  peers.answer(LESSON, ({ accountId, outcome }) => {
    const account = current.catalog.accounts.find(({ id }) => id === accountId);
    if (account) lessons.take(account, outcome);
  });
  return lessons;
}

function createLeases(
  clock: Clock,
  limits: AccountLimits,
  metrics: RoutingMetrics,
  { environment }: GatewayConfig,
): Leases {
  const slow = { streamMs: environment.SLOW_CALL_MS, wholeMs: environment.SLOW_RESPONSE_MS };
  return new Leases(clock, limits, slow, metrics.alert);
}

function failoverTools(
  clock: Clock,
  chance: Chance,
  metrics: RoutingMetrics,
  { environment }: GatewayConfig,
): FailoverTools {
  return {
    chance,
    now: () => clock.monotonic(),
    maxAttempts: environment.MAX_ATTEMPTS,
    onBudgetExhausted: metrics.retryBudgetExhausted,
  };
}

function createRouting(
  pools: Pools,
  strategies: StrategyChoice,
  leases: Leases,
  budgets: RetryBudgets,
  failover: FailoverTools,
): RoutingService {
  return new RoutingService({ pools, strategies, leases, budgets, failover, now: failover.now });
}
