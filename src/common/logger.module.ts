import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Logger } from './logger.js';

@Global()
@Module({})
export class LoggerModule {
  static forRoot(logger: Logger): DynamicModule {
    return {
      module: LoggerModule,
      providers: [{ provide: Logger, useValue: logger }],
      exports: [Logger],
    };
  }
}
