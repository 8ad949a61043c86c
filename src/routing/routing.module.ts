import { Module } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { AccountHealth } from './account-health.js';
import { RoutingService } from './routing.service.js';
import { ROUTING_STRATEGIES } from './strategies/index.js';
import type { RoutingStrategy } from './strategies/routing-strategy.js';

const FAILURES_TO_REST = 5;

@Module({
  providers: [
    ...ROUTING_STRATEGIES,
    {
      provide: AccountHealth,
      inject: [Clock, GatewayConfig],
      useFactory: (clock: Clock, { environment }: GatewayConfig) =>
        new AccountHealth(clock, {
          failuresToRest: FAILURES_TO_REST,
          restMs: environment.ACCOUNT_COOLDOWN_MS,
        }),
    },
    {
      provide: RoutingService,
      inject: [AccountHealth, ...ROUTING_STRATEGIES],
      useFactory: (health: AccountHealth, first: RoutingStrategy) =>
        new RoutingService(first, health),
    },
  ],
  exports: [RoutingService, AccountHealth],
})
export class RoutingModule {}
