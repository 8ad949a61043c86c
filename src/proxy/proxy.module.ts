import { Module } from '@nestjs/common';
import { register } from 'prom-client';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import { Clock } from '../common/clock.js';
import { Logger } from '../common/logger.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { LimitsModule } from '../limits/limits.module.js';
import { AccessTokens } from '../providers/access-tokens.js';
import { UpstreamClient } from '../providers/upstream-client.js';
import { RoutingModule } from '../routing/routing.module.js';
import { RoutingService } from '../routing/routing.service.js';
import { Captures } from '../stats/captures/captures.js';
import { Ledger } from '../stats/ledger.js';
import { PriceBook } from '../stats/prices/price-book.js';
import { StatsModule } from '../stats/stats.module.js';
import { TokenCounter } from '../tokens/token-counter.js';
import { TokenFactors } from '../tokens/token-factors.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { AnthropicController } from './anthropic.controller.js';
import { BodySpace } from './body-space.js';
import { CallDemand } from './call-demand.js';
import { CallReservations } from './call-reservations.js';
import { ExplainController } from './explain.controller.js';
import { InFlight } from '../common/in-flight.js';
import { ModelDirectory } from './models/model-directory.js';
import { ModelsController } from './models/models.controller.js';
import { OpenAiController } from './openai.controller.js';
import { ProxyMetrics } from './proxy-metrics.js';
import { ProxyService } from './proxy.service.js';
import { TokenCounting } from './token-counting.js';

@Module({
  imports: [ApiKeysModule, LimitsModule, RoutingModule, StatsModule, TokensModule],
  controllers: [OpenAiController, AnthropicController, ModelsController, ExplainController],
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
    {
      provide: ProxyService,
      inject: [
        GatewayConfig,
        UpstreamClient,
        RoutingService,
        Clock,
        Ledger,
        PriceBook,
        ProxyMetrics,
        Logger,
        InFlight,
        CurrentCatalog,
        AccessTokens,
        Captures,
      ],
      useFactory: createProxy,
    },
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
export class ProxyModule {}

function createProxy(
  { environment }: GatewayConfig,
  client: UpstreamClient,
  routing: RoutingService,
  clock: Clock,
  ledger: Ledger,
  prices: PriceBook,
  metrics: ProxyMetrics,
  logger: Logger,
  inFlight: InFlight,
  current: CurrentCatalog,
  tokens: AccessTokens,
  captures: Captures,
): ProxyService {
  current.onSwap(({ accounts }) => {
    const ids = new Set(accounts.map(({ id }) => id));
    client.retain(ids);
    tokens.retain(ids);
  });
  const timeouts = {
    firstByteMs: environment.UPSTREAM_FIRST_BYTE_TIMEOUT_MS,
    idleMs: environment.UPSTREAM_IDLE_TIMEOUT_MS,
    wholeAnswerMs: environment.UPSTREAM_RESPONSE_TIMEOUT_MS,
    streamMs: environment.UPSTREAM_MAX_STREAM_MS,
    slowReaderMs: environment.SLOW_READER_TIMEOUT_MS,
  };
  const tools = { client, tokens, routing, clock, timeouts };
  return new ProxyService(tools, { ledger, prices, captures, metrics, logger }, inFlight);
}
