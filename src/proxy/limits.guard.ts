import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError } from '../common/gateway-error.js';
import { isLimited } from '../limits/key-limits.js';
import { refusalOf, refusing } from '../limits/limit-errors.js';
import { LimitMetrics } from '../limits/limit-metrics.js';
import { withVerdict, type Verdict } from '../limits/limit-store.js';
import { Limiter } from '../limits/limiter.js';
import { CallDemand } from './call-demand.js';
import { CallReservations } from './call-reservations.js';
import { callOf, isServed, type ClientCall } from './client-call.js';
import { setRateLimitHeaders } from './rate-limit-headers.js';

/** Nobody hears it; the record says 499. */
class ClientLeftError extends GatewayError {
  readonly status = 499;
  readonly code = 'client_closed';
}

/** Lets a call pass that its key and its owner may still make, and takes from their limits what it is expected to use. */
@Injectable()
export class LimitsGuard implements CanActivate {
  constructor(
    private readonly limiter: Limiter,
    private readonly reservations: CallReservations,
    private readonly metrics: LimitMetrics,
    private readonly demand: CallDemand,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<IncomingMessage>();
    const call = callOf(request)!;
    if (!isLimited(call.key)) return true;
    const response = http.getResponse<ServerResponse>();
    return withVerdict(this.limiter.reserve(call.key, this.demand.of(call)), (verdict) =>
      this.admit(verdict, call, { request, response }),
    );
  }

  private admit(
    { states, reservation }: Verdict,
    call: ClientCall,
    { request, response }: { request: IncomingMessage; response: ServerResponse },
  ): boolean {
    setRateLimitHeaders(response, call.protocol, states, call.startedAt);
    if (!reservation) {
      const state = refusing(states);
      this.metrics.refused(state.limit);
      throw refusalOf(state);
    }
    if (response.closed) {
      // No event will come any more that could give it back.
      reservation.settle(null);
      throw new ClientLeftError('the client left');
    }
    this.reservations.hold(call, reservation, response, () => isServed(request));
    return true;
  }
}
