import type { Type } from '@nestjs/common';
import { AccountsHealth } from './accounts.health.js';
import { CatalogHealth } from './catalog.health.js';
import { DatabaseHealth } from './database.health.js';
import type { HealthComponent } from './health-component.js';
import { LedgerHealth } from './ledger.health.js';
import { RedisHealth } from './redis.health.js';

/** The only list of health components, in the order in which they are shown. */
export const HEALTH_COMPONENTS: readonly Type<HealthComponent>[] = [
  DatabaseHealth,
  CatalogHealth,
  LedgerHealth,
  RedisHealth,
  AccountsHealth,
];
