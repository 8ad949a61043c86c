import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { register } from 'prom-client';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import { Clock } from '../common/clock.js';
import { Logger } from '../common/logger.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { AddressPolicy } from '../providers/upstream-address.js';
import { UpstreamClient } from '../providers/upstream-client.js';
import { AccountLimits } from './account-limits.js';
import { createBudgetWatch } from './create-budget-watch.js';
import { ConcurrencyQueue } from './concurrency-queue.js';
import { BudgetWatch } from './budget-watch.js';
import { budgetsOf } from './key-limits.js';
import { LimitMetrics } from './limit-metrics.js';
import { LimitStore } from './limit-store.js';
import { Limiter } from './limiter.js';
import { LocalShare } from './local-share.js';
import { MemoryStore } from './memory.store.js';
import { SharedRedis } from './shared-redis.js';
import { SpendBook } from './spend-book.js';
import { SpendSource, UsageSpendSource } from './spend-source.js';

/** How much keys, users and accounts may use: counted in this process, or in Redis for all instances. */
@Module({
  providers: [
    { provide: LimitMetrics, useFactory: () => new LimitMetrics(register) },
    { provide: SpendSource, useClass: UsageSpendSource },
    {
      provide: SharedRedis,
      inject: [GatewayConfig, Clock, Logger],
      useFactory: ({ environment }: GatewayConfig, clock: Clock, logger: Logger) =>
        SharedRedis.open(environment, clock, logger),
    },
    {
      provide: LocalShare,
      inject: [SharedRedis, Clock, GatewayConfig],
      useFactory: (redis: SharedRedis, clock: Clock, { environment }: GatewayConfig) =>
        new LocalShare(new MemoryStore(clock), () => redis.instances || environment.INSTANCE_COUNT),
    },
    {
      provide: LimitStore,
      inject: [SharedRedis, LocalShare],
      useFactory: (redis: SharedRedis, local: LocalShare) => redis.store(local),
    },
    {
      provide: SpendBook,
      inject: [SpendSource, Clock, Logger, GatewayConfig, CurrentCatalog],
      useFactory: createSpendBook,
    },
    {
      provide: Limiter,
      inject: [LimitStore, SpendBook, GatewayConfig],
      useFactory: (store: LimitStore, spend: SpendBook, { environment }: GatewayConfig) => {
        const queue = new ConcurrencyQueue(store, {
          timeoutMs: environment.CONCURRENCY_QUEUE_TIMEOUT_MS,
          maxLength: environment.CONCURRENCY_QUEUE_LENGTH,
        });
        return new Limiter(store, spend, queue);
      },
    },
    {
      provide: AccountLimits,
      inject: [LocalShare, LimitMetrics],
      useFactory: (share: LocalShare, metrics: LimitMetrics) => new AccountLimits(share, metrics),
    },
    {
      provide: BudgetWatch,
      inject: [
        LimitStore,
        CurrentCatalog,
        Clock,
        Logger,
        LimitMetrics,
        UpstreamClient,
        AddressPolicy,
        GatewayConfig,
      ],
      useFactory: createBudgetWatch,
    },
  ],
  exports: [Limiter, AccountLimits, LimitMetrics, SharedRedis],
})
export class LimitsModule implements OnApplicationShutdown {
  constructor(
    private readonly redis: SharedRedis,
    private readonly spend: SpendBook,
    private readonly watch: BudgetWatch,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    this.spend.stop();
    this.watch.stop();
    await this.redis.close();
  }
}

function createSpendBook(
  source: SpendSource,
  clock: Clock,
  logger: Logger,
  { environment }: GatewayConfig,
  current: CurrentCatalog,
): SpendBook {
  const book = new SpendBook(source, clock, logger, {
    refreshIntervalMs: environment.BUDGET_REFRESH_INTERVAL_MS,
    maxStaleMs: environment.BUDGET_MAX_STALE_MS,
  });
  current.onSwap(({ keys }) => book.watch(budgetsOf(keys.values())));
  return book;
}
