import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Ledger } from '../../stats/ledger.js';
import type { HealthComponent } from './health-component.js';

@Injectable()
export class LedgerHealth implements HealthComponent {
  readonly name = 'ledger';

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly ledger: Ledger,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.indicators.check(this.name);
    const { backlog } = this.ledger;
    return this.isDegraded
      ? indicator.down({ backlog, message: 'full' })
      : indicator.up({ backlog });
  }

  get isDegraded(): boolean {
    return !this.ledger.accepting;
  }
}
