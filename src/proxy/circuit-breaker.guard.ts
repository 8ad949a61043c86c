import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import { RoutingService } from '../routing/routing.service.js';
import { canCarry } from './carrier-for.js';
import { callOf, setPlan } from './client-call.js';

/** Refuses a call at once when no account may be asked for its model; else the call goes on with its plan. */
@Injectable()
export class CircuitBreakerGuard implements CanActivate {
  constructor(private readonly routing: RoutingService) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const { catalog, model, operation } = callOf(request)!;
    const canServe = (adapter: ProviderAdapter): boolean => canCarry(adapter, operation);
    setPlan(request, this.routing.plan({ catalog, model, canServe }));
    return true;
  }
}
