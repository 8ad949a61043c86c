import { Global, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { GatewayConfig } from '../config/gateway-config.js';
import { DatabaseService } from './database.service.js';
import { postgresOptions } from './postgres-options.js';

@Global()
@Module({})
export class DatabaseModule {
  /** @param url the configured PostgreSQL, or the embedded one that was started */
  static forRoot(url: string): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [GatewayConfig],
          useFactory: ({ environment }: GatewayConfig) => ({
            ...postgresOptions(url, {
              connectMs: environment.DATABASE_CONNECT_TIMEOUT_MS,
              queryMs: environment.DATABASE_QUERY_TIMEOUT_MS,
              poolSize: environment.DATABASE_POOL_SIZE,
            }),
            autoLoadEntities: true,
            // DatabaseService connects, so that a database that is away does not keep the gateway from listening.
            manualInitialization: true,
          }),
        }),
      ],
      providers: [DatabaseService],
      exports: [DatabaseService],
    };
  }
}
