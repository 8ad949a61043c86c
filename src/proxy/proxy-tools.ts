import type { Clock } from '../common/clock.js';
import type { AccessTokens } from '../providers/access-tokens.js';
import type { UpstreamClient } from '../providers/upstream-client.js';
import type { RoutingService } from '../routing/routing.service.js';
import type { ProxyTimeouts } from './proxy-timeouts.js';

/** What every call is served with. */
export interface ProxyTools {
  readonly client: UpstreamClient;
  readonly tokens: AccessTokens;
  readonly routing: RoutingService;
  readonly clock: Clock;
  readonly timeouts: ProxyTimeouts;
}
