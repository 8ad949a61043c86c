import { Module } from '@nestjs/common';
import { register } from 'prom-client';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import { Clock } from '../common/clock.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { LimitsModule } from '../limits/limits.module.js';
import { UpstreamTokens } from '../providers/upstream-tokens.js';
import { UpstreamClient } from '../providers/upstream-client.js';
import { RoutingModule } from '../routing/routing.module.js';
import { StatsModule } from '../stats/stats.module.js';
import { TokenCounter } from '../tokens/token-counter.js';
import { TokenFactors } from '../tokens/token-factors.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { InFlight } from '../common/in-flight.js';
import { AnthropicController } from './anthropic.controller.js';
import { AzureController } from './azure.controller.js';
import { Bookkeeping } from './bookkeeping.js';
import { BodySpace } from './body-space.js';
import { CallDemand } from './call-demand.js';
import { CallReservations } from './call-reservations.js';
import { ExplainController } from './explain.controller.js';
import { ModelDirectory } from './models/model-directory.js';
import { ModelsController } from './models/models.controller.js';
import { OpenAiController } from './openai.controller.js';
import { ProxyMetrics } from './proxy-metrics.js';
import { ProxyTimeouts, proxyTimeouts } from './proxy-timeouts.js';
import { ProxyTools } from './proxy-tools.js';
import { ProxyService } from './proxy.service.js';
import { TokenCounting } from './token-counting.js';

@Module({
  imports: [ApiKeysModule, LimitsModule, RoutingModule, StatsModule, TokensModule],
  controllers: [
    OpenAiController,
    AzureController,
    AnthropicController,
    ModelsController,
    ExplainController,
  ],
  providers: [
    CallDemand,
    {
      provide: CallReservations,
      inject: [ProxyService],
      useFactory: (proxy: ProxyService) => {
        const reservations = new CallReservations();
        proxy.onFinished((call, record) => reservations.finish(call, record));
        return reservations;
      },
    },
    {
      provide: ProxyMetrics,
      inject: [InFlight],
      useFactory: (inFlight: InFlight) => new ProxyMetrics(register, inFlight),
    },
    {
      provide: BodySpace,
      inject: [GatewayConfig],
      useFactory: ({ environment }: GatewayConfig) => new BodySpace(environment.MAX_BUFFERED_BYTES),
    },
    {
      provide: ModelDirectory,
      inject: [UpstreamClient, Clock, GatewayConfig, CurrentCatalog],
      useFactory: (
        client: UpstreamClient,
        clock: Clock,
        { environment }: GatewayConfig,
        current: CurrentCatalog,
      ) => {
        const directory = new ModelDirectory(client, clock, {
          ttlMs: environment.MODEL_LIST_TTL_MS,
          timeoutMs: environment.MODEL_LIST_TIMEOUT_MS,
        });
        current.onSwap(() => directory.clear());
        return directory;
      },
    },
    { provide: ProxyTimeouts, inject: [GatewayConfig], useFactory: proxyTimeouts },
    ProxyTools,
    Bookkeeping,
    ProxyService,
    {
      provide: TokenCounting,
      inject: [ProxyService, TokenCounter, TokenFactors],
      useFactory: (proxy: ProxyService, counter: TokenCounter, factors: TokenFactors) => {
        const counting = new TokenCounting(proxy, counter, factors);
        proxy.onFinished((call, record) => counting.learn(call, record));
        return counting;
      },
    },
  ],
})
export class ProxyModule {
  /** What was kept for accounts that are gone is let go. */
  constructor(current: CurrentCatalog, client: UpstreamClient, tokens: UpstreamTokens) {
    current.onSwap(({ accounts }) => {
      const ids = new Set(accounts.map(({ id }) => id));
      client.retain(ids);
      tokens.retain(ids);
    });
  }
}
