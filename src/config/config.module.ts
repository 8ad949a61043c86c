import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Clock, SystemClock } from '../common/clock.js';
import { GatewayConfig } from './gateway-config.js';

/** What every module may ask for: the settings and the time. */
@Global()
@Module({})
export class ConfigModule {
  static forRoot(config: GatewayConfig): DynamicModule {
    return {
      module: ConfigModule,
      providers: [
        { provide: GatewayConfig, useValue: config },
        { provide: Clock, useClass: SystemClock },
      ],
      exports: [GatewayConfig, Clock],
    };
  }
}
