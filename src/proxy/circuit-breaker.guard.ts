import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { RoutingService } from '../routing/routing.service.js';
import { callOf, setPlan } from './client-call.js';
import { planRequestFor } from './plan-request.js';

/** Refuses a call at once when no account may be asked for its model; else the call goes on with its plan. */
@Injectable()
export class CircuitBreakerGuard implements CanActivate {
  constructor(private readonly routing: RoutingService) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    setPlan(request, this.routing.plan(planRequestFor(callOf(request)!)));
    return true;
  }
}
