import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';
import { UnavailableError } from '../common/gateway-error.js';
import { Lifecycle } from '../common/lifecycle.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { Ledger } from '../stats/ledger.js';
import { InFlight } from '../common/in-flight.js';

/** Lets in as many calls as one process can serve well; the rest hear so at once instead of waiting. */
@Injectable()
export class AdmissionGuard implements CanActivate {
  constructor(
    private readonly config: GatewayConfig,
    private readonly inFlight: InFlight,
    private readonly ledger: Ledger,
    private readonly lifecycle: Lifecycle,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.lifecycle.phase === 'closing') throw new UnavailableError('the gateway is stopping');
    if (this.inFlight.count >= this.config.environment.MAX_IN_FLIGHT) {
      throw new UnavailableError('the gateway is at its limit of concurrent requests');
    }
    if (!this.ledger.accepting) {
      throw new UnavailableError('usage cannot be recorded at the moment, so nothing is served');
    }
    this.inFlight.enter();
    context
      .switchToHttp()
      .getResponse<Response>()
      .once('close', () => this.inFlight.leave());
    return true;
  }
}
