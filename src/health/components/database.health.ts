import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { CatalogService } from '../../catalog/catalog.service.js';
import { DatabaseService } from '../../database/database.service.js';
import { isStale } from './catalog.health.js';
import type { HealthComponent } from './health-component.js';

@Injectable()
export class DatabaseHealth implements HealthComponent {
  readonly name = 'database';

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly database: DatabaseService,
    private readonly catalog: CatalogService,
  ) {}

  async check(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check(this.name);
    try {
      await this.database.ping();
      return indicator.up();
    } catch {
      return indicator.down({ message: 'does not answer' });
    }
  }

  /** Without asking it: a catalog that nobody confirms any more says as much. */
  get isDegraded(): boolean {
    return this.database.state !== 'ready' || isStale(this.catalog);
  }
}
