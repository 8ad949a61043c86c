import type { Type } from '@nestjs/common';
import { ApplyConfigurationFile } from './admin/apply-configuration-file.js';
import { SeedUsers } from './auth/seed-users.js';
import { ConfigurationWatch } from './admin/configuration-watch.js';
import { CatalogService } from './catalog/catalog.service.js';
import type { Duty } from './common/peers.js';
import type { StartupStep } from './database/database.service.js';
import { AccountMonitor } from './health/account-monitor.js';
import { Captures } from './stats/captures/captures.js';
import { StoredPrices } from './stats/prices/stored-prices.js';
import { JournalLedger } from './stats/journal-ledger.js';
import { Retention } from './stats/retention.js';

/** What happens at every start between the migrations and "ready", in this order. */
export const STARTUP_STEPS: readonly Type<StartupStep>[] = [
  SeedUsers,
  ApplyConfigurationFile,
  StoredPrices,
  Captures,
  CatalogService,
  JournalLedger,
];

/** What one process does for all that serve together, from then on. */
export const DUTIES: readonly Type<Duty>[] = [AccountMonitor, ConfigurationWatch, Retention];
