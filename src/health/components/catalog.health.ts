import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { CatalogService } from '../../catalog/catalog.service.js';
import { CurrentCatalog } from '../../catalog/current-catalog.js';
import type { HealthComponent } from './health-component.js';

/** An age at which the catalog can no longer be called current. */
const STALE_MS = 60_000;

@Injectable()
export class CatalogHealth implements HealthComponent {
  readonly name = 'catalog';

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly catalog: CatalogService,
    private readonly current: CurrentCatalog,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.indicators.check(this.name);
    const { version, faults } = this.current.catalog;
    const facts = { version, faults: faults.length };
    if (this.catalog.lastFault !== null) {
      return indicator.down({ ...facts, message: 'a change could not be loaded' });
    }
    return isStale(this.catalog)
      ? indicator.down({ ...facts, message: 'stale' })
      : indicator.up(facts);
  }

  get isDegraded(): boolean {
    return this.catalog.lastFault !== null || this.current.catalog.faults.length > 0;
  }
}

export function isStale({ staleMs }: CatalogService): boolean {
  return staleMs > STALE_MS;
}
