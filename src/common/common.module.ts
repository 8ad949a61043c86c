import { Global, Module, type DynamicModule } from '@nestjs/common';
import { InFlight } from './in-flight.js';
import { Lifecycle } from './lifecycle.js';
import { Logger } from './logger.js';
import { Peers } from './peers.js';

/** What belongs to the process rather than to any feature. */
@Global()
@Module({})
export class CommonModule {
  static forRoot(logger: Logger, peers = new Peers()): DynamicModule {
    return {
      module: CommonModule,
      providers: [
        { provide: Logger, useValue: logger },
        { provide: Peers, useValue: peers },
        Lifecycle,
        InFlight,
      ],
      exports: [Logger, Peers, Lifecycle, InFlight],
    };
  }
}
