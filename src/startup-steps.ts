import type { Type } from '@nestjs/common';
import { ApplyConfigurationFile } from './admin/apply-configuration-file.js';
import { SeedUsers } from './auth/seed-users.js';
import { CatalogService } from './catalog/catalog.service.js';
import type { StartupStep } from './database/database.service.js';
import { AccountMonitor } from './health/account-monitor.js';
import { PricesService } from './stats/prices/prices.service.js';
import { JournalLedger } from './stats/journal-ledger.js';

/** What happens at every start between the migrations and "ready", in this order. */
export const STARTUP_STEPS: readonly Type<StartupStep>[] = [
  SeedUsers,
  ApplyConfigurationFile,
  PricesService,
  CatalogService,
  AccountMonitor,
  JournalLedger,
];
