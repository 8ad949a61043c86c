import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { UpstreamClient } from '../providers/upstream-client.js';
import { UpstreamTokens } from '../providers/upstream-tokens.js';
import { RoutingService } from '../routing/routing.service.js';
import { ProxyTimeouts } from './proxy-timeouts.js';

/** What every call is served with. */
@Injectable()
export class ProxyTools {
  constructor(
    readonly client: UpstreamClient,
    readonly tokens: UpstreamTokens,
    readonly routing: RoutingService,
    readonly clock: Clock,
    readonly timeouts: ProxyTimeouts,
  ) {}
}
