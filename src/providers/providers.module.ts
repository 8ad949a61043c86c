import { Global, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.js';
import { UpstreamTokens } from './upstream-tokens.js';
import { AddressPolicy } from './upstream-address.js';
import { UpstreamClient } from './upstream-client.js';

/** Lets go of the connections last, when nobody can need them any more. */
@Injectable()
class CloseConnections implements OnApplicationShutdown {
  constructor(private readonly client: UpstreamClient) {}

  onApplicationShutdown(): Promise<void> {
    return this.client.close();
  }
}

@Global()
@Module({
  providers: [
    {
      provide: AddressPolicy,
      inject: [GatewayConfig],
      useFactory: (config: GatewayConfig) => new AddressPolicy(config),
    },
    {
      provide: UpstreamClient,
      inject: [AddressPolicy, GatewayConfig],
      useFactory: (policy: AddressPolicy, { environment }: GatewayConfig) =>
        new UpstreamClient(policy, environment.UPSTREAM_CONNECT_TIMEOUT_MS),
    },
    UpstreamTokens,
    CloseConnections,
  ],
  exports: [AddressPolicy, UpstreamClient, UpstreamTokens],
})
export class ProvidersModule {}
