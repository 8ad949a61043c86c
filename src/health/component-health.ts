import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { CatalogService } from '../catalog/catalog.service.js';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import { DatabaseService } from '../database/database.service.js';
import { SharedRedis } from '../limits/shared-redis.js';
import { UpstreamReport } from '../routing/upstream-report.js';
import { Ledger } from '../stats/ledger.js';
import { restsOf } from './rests-of.js';

/** An age at which the catalog can no longer be called current. */
const STALE_MS = 60_000;

/** How each part of the gateway is, for people and for metrics. Says what is wrong, never where. */
@Injectable()
export class ComponentHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly databaseService: DatabaseService,
    private readonly catalogService: CatalogService,
    private readonly current: CurrentCatalog,
    private readonly ledgerQueue: Ledger,
    private readonly upstreams: UpstreamReport,
    private readonly sharedRedis: SharedRedis,
  ) {}

  async database(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('database');
    try {
      await this.databaseService.ping();
      return indicator.up();
    } catch {
      return indicator.down({ message: 'does not answer' });
    }
  }

  catalog(): HealthIndicatorResult {
    const indicator = this.indicators.check('catalog');
    const { version, faults } = this.current.catalog;
    const facts = { version, faults: faults.length };
    const { lastFault } = this.catalogService;
    if (lastFault !== null)
      return indicator.down({ ...facts, message: 'a change could not be loaded' });
    return this.isStale ? indicator.down({ ...facts, message: 'stale' }) : indicator.up(facts);
  }

  ledger(): HealthIndicatorResult {
    const indicator = this.indicators.check('ledger');
    const { backlog, accepting } = this.ledgerQueue;
    return accepting ? indicator.up({ backlog }) : indicator.down({ backlog, message: 'full' });
  }

  /** Calls are served without it: each instance counts its share of the limits then. */
  redis(): HealthIndicatorResult {
    const indicator = this.indicators.check('redis');
    const { isConfigured, isUp, instances } = this.sharedRedis;
    if (!isConfigured) return indicator.up({ message: 'not configured' });
    if (isUp) return indicator.up({ instances });
    return indicator.down({ instances, message: 'away: limits are counted by each instance' });
  }

  /** Accounts that rest do not make the gateway unhealthy: that is what several accounts are for. */
  accounts(): HealthIndicatorResult {
    const { accounts, faults } = this.current.catalog;
    const states = accounts.map(({ id, name, adapter }) => [
      name,
      { provider: adapter.provider, resting: restsOf(this.upstreams.of(id)) },
    ]);
    const broken = faults.map(({ accountName, reason }) => [accountName, { fault: reason }]);
    return this.indicators.check('accounts').up(Object.fromEntries([...states, ...broken]));
  }

  /** By component; for the metric of the same name. */
  degraded(): Record<'database' | 'catalog' | 'ledger' | 'redis', boolean> {
    return {
      database: this.databaseService.state !== 'ready' || this.isStale,
      catalog: this.catalogService.lastFault !== null || this.current.catalog.faults.length > 0,
      ledger: !this.ledgerQueue.accepting,
      redis: this.sharedRedis.isConfigured && !this.sharedRedis.isUp,
    };
  }

  private get isStale(): boolean {
    return this.catalogService.staleMs > STALE_MS;
  }
}
