import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { register } from 'prom-client';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import { Clock } from '../common/clock.js';
import { Logger } from '../common/logger.js';
import { Peers } from '../common/peers.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { AddressPolicy } from '../providers/upstream-address.js';
import { UpstreamClient } from '../providers/upstream-client.js';
import { AccountLimits } from './account-limits.js';
import { BudgetAlerts } from './budget-alerts.js';
import { BudgetWatch } from './budget-watch.js';
import { BudgetWebhook } from './budget-webhook.js';
import { ConcurrencyQueue } from './concurrency-queue.js';
import { createBudgetWebhook } from './create-budget-webhook.js';
import { budgetsOf } from './key-limits.js';
import { LimitMetrics } from './limit-metrics.js';
import { LimitStore } from './limit-store.js';
import { Limiter } from './limiter.js';
import { LocalShare } from './local-share.js';
import { MemoryStore } from './memory.store.js';
import { PrimaryShare } from './primary-share.js';
import { PrimaryStore } from './primary.store.js';
import { SharedRedis } from './shared-redis.js';
import { SpendBook } from './spend-book.js';
import { SpendSource, UsageSpendSource } from './spend-source.js';

/** How much keys, users and accounts may use: counted in this process, in the one all workers have in common, or in Redis for all instances. */
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
      // Redis knows every worker as an instance of its own.
      useFactory: (redis: SharedRedis, clock: Clock, { environment, workers }: GatewayConfig) =>
        new LocalShare(
          new MemoryStore(clock),
          () => redis.instances || environment.INSTANCE_COUNT * workers,
        ),
    },
    {
      // Null: this process counts itself, or Redis does.
      provide: PrimaryStore,
      inject: [SharedRedis, Peers],
      useFactory: (redis: SharedRedis, { primary }: Peers) =>
        primary && !redis.isConfigured ? new PrimaryStore(primary) : null,
    },
    {
      provide: LimitStore,
      inject: [SharedRedis, LocalShare, PrimaryStore],
      useFactory: (redis: SharedRedis, local: LocalShare, primary: PrimaryStore | null) =>
        primary ?? redis.store(local),
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
      inject: [LocalShare, PrimaryStore, Clock, LimitMetrics],
      useFactory: (
        local: LocalShare,
        primary: PrimaryStore | null,
        clock: Clock,
        metrics: LimitMetrics,
      ) => new AccountLimits(primary ? new PrimaryShare(primary, clock) : local, metrics),
    },
    {
      // Null: nobody wants to be told that way.
      provide: BudgetWebhook,
      inject: [GatewayConfig, AddressPolicy, UpstreamClient, Clock, Logger],
      useFactory: createBudgetWebhook,
    },
    {
      provide: BudgetAlerts,
      inject: [Logger, LimitMetrics, BudgetWebhook],
      useFactory: (logger: Logger, metrics: LimitMetrics, webhook: BudgetWebhook | null) =>
        new BudgetAlerts(logger, metrics, webhook),
    },
    {
      provide: BudgetWatch,
      inject: [LimitStore, CurrentCatalog, Clock, BudgetAlerts, GatewayConfig],
      useFactory: createBudgetWatch,
    },
  ],
  exports: [Limiter, AccountLimits, LimitMetrics, SharedRedis],
})
export class LimitsModule implements OnApplicationShutdown {
  constructor(
    private readonly redis: SharedRedis,
    private readonly spend: SpendBook,
    @Inject(BudgetWebhook) private readonly webhook: BudgetWebhook | null,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    this.spend.stop();
    this.webhook?.stop();
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

function createBudgetWatch(
  store: LimitStore,
  current: CurrentCatalog,
  clock: Clock,
  alerts: BudgetAlerts,
  { environment }: GatewayConfig,
): BudgetWatch {
  const watch = new BudgetWatch(current, clock, alerts, environment.BUDGET_THRESHOLDS);
  store.onCharge((charge) => watch.charged(charge));
  return watch;
}
