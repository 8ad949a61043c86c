import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { GatewayConfig } from '../config/gateway-config.js';
import { RoutingService } from '../routing/routing.service.js';
import { callOf, setPlan } from './client-call.js';
import { CallPlanRequest } from './plan-request.js';

/** Refuses a call at once when no account may be asked for its model; else the call goes on with its plan. */
@Injectable()
export class CircuitBreakerGuard implements CanActivate {
  constructor(
    private readonly routing: RoutingService,
    private readonly config: GatewayConfig,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<IncomingMessage>();
    const { OUTPUT_TOKENS_ESTIMATE: usualOutputTokens } = this.config.environment;
    const asked = new CallPlanRequest(callOf(request)!, usualOutputTokens);
    setPlan(request, this.routing.plan(asked));
    return true;
  }
}
