import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { LimitsModule } from '../limits/limits.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { StatsModule } from '../stats/stats.module.js';
import { AccountHealthController } from './account-health.controller.js';
import { AccountMonitor } from './account-monitor.js';
import { AccountProbe } from './account-probe.js';
import type { HealthComponent } from './components/health-component.js';
import { HealthComponents } from './components/health-components.js';
import { HEALTH_COMPONENTS } from './components/index.js';
import { GatewayGauges } from './gateway-gauges.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { RootController } from './root.controller.js';
import { UpstreamProbe } from './upstream-probe.js';

@Module({
  imports: [
    TerminusModule.forRoot({ logger: false }),
    PrometheusModule.register({ controller: MetricsController, path: '/metrics' }),
    LimitsModule,
    RoutingModule,
    StatsModule,
  ],
  controllers: [RootController, HealthController, AccountHealthController],
  providers: [
    AccountMonitor,
    AccountProbe,
    UpstreamProbe,
    GatewayGauges,
    ...HEALTH_COMPONENTS,
    {
      provide: HealthComponents,
      inject: [...HEALTH_COMPONENTS],
      useFactory: (...components: HealthComponent[]) => new HealthComponents(components),
    },
  ],
  exports: [AccountProbe],
})
export class HealthModule {}
