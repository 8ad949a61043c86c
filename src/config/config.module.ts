import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Chance, SystemChance } from '../common/chance.js';
import { Clock, SystemClock } from '../common/clock.js';
import { GatewayConfig } from './gateway-config.js';

/** What every module may ask for: the settings, the time and chance. */
@Global()
@Module({})
export class ConfigModule {
  static forRoot(config: GatewayConfig): DynamicModule {
    return {
      module: ConfigModule,
      providers: [
        { provide: GatewayConfig, useValue: config },
        { provide: Clock, useClass: SystemClock },
        { provide: Chance, useClass: SystemChance },
      ],
      exports: [GatewayConfig, Clock, Chance],
    };
  }
}
