import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { UnavailableError } from '../common/gateway-error.js';
import { Lifecycle } from '../common/lifecycle.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { Ledger } from '../stats/ledger.js';
import { InFlight } from '../common/in-flight.js';
import { ProxyMetrics } from './proxy-metrics.js';

/** Lets in as many calls as one process can serve well; the rest hear so at once instead of waiting. */
@Injectable()
export class AdmissionGuard implements CanActivate {
  constructor(
    private readonly config: GatewayConfig,
    private readonly inFlight: InFlight,
    private readonly ledger: Ledger,
    private readonly lifecycle: Lifecycle,
    private readonly metrics: ProxyMetrics,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const reason = this.reasonToRefuse();
    if (reason !== null) {
      this.metrics.refused(reason);
      throw new UnavailableError(REFUSALS[reason]);
    }
    this.inFlight.enter();
    context
      .switchToHttp()
      .getResponse<ServerResponse>()
      .on('close', () => this.inFlight.leave());
    return true;
  }

  private reasonToRefuse(): keyof typeof REFUSALS | null {
    if (this.lifecycle.phase === 'closing') return 'stopping';
    if (this.inFlight.count >= this.config.environment.MAX_IN_FLIGHT) return 'in_flight';
    return this.ledger.accepting ? null : 'ledger';
  }
}

const REFUSALS = {
  stopping: 'the gateway is stopping',
  in_flight: 'the gateway is at its limit of concurrent requests',
  ledger: 'usage cannot be recorded at the moment, so nothing is served',
} as const;
