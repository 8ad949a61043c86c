import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { CurrentCatalog } from '../../catalog/current-catalog.js';
import { UpstreamReport } from '../../routing/upstream-report.js';
import { restsOf } from '../rests-of.js';
import type { HealthComponent } from './health-component.js';

/** Accounts that rest do not make the gateway unhealthy: that is what several accounts are for. */
@Injectable()
export class AccountsHealth implements HealthComponent {
  readonly name = 'accounts';

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly current: CurrentCatalog,
    private readonly upstreams: UpstreamReport,
  ) {}

  check(): HealthIndicatorResult {
    const { accounts, faults } = this.current.catalog;
    const states = accounts.map(({ id, name, adapter }) => [
      name,
      { provider: adapter.provider, resting: restsOf(this.upstreams.of(id)) },
    ]);
    const broken = faults.map(({ accountName, reason }) => [accountName, { fault: reason }]);
    return this.indicators.check(this.name).up(Object.fromEntries([...states, ...broken]));
  }
}
