import { createRequire } from 'node:module';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import type { Clock } from '../common/clock.js';
import type { InFlight } from '../common/in-flight.js';
import type { Lifecycle } from '../common/lifecycle.js';
import type { DatabaseService } from '../database/database.service.js';
import type { UpstreamReport } from '../routing/upstream-report.js';
import type { Ledger } from '../stats/ledger.js';
import type { ConfigurationReload } from './configuration-reload.js';
import { ConfigurationVersionDto } from './dto/configuration-version.dto.js';
import type { SystemStatusDto } from './dto/system-status.dto.js';

const load = createRequire(import.meta.url);

/** Gathers what an administrator asks first when something is wrong. */
export class SystemStatus {
  private readonly startedAt: number;

  constructor(
    private readonly parts: {
      readonly clock: Clock;
      readonly configuration: ConfigurationReload;
      readonly lifecycle: Lifecycle;
      readonly inFlight: InFlight;
      readonly current: CurrentCatalog;
      readonly database: DatabaseService;
      readonly upstreams: UpstreamReport;
      readonly ledger: Ledger;
    },
  ) {
    this.startedAt = parts.clock.now();
  }

  status(): SystemStatusDto {
    const { clock, configuration, lifecycle, inFlight, current, database, upstreams, ledger } =
      this.parts;
    const { accounts, faults } = current.catalog;
    const resting = upstreams.troubled().length;
    return {
      version: packageVersion(),
      started_at: new Date(this.startedAt).toISOString(),
      uptime_seconds: Math.floor((clock.now() - this.startedAt) / 1000),
      phase: lifecycle.phase,
      requests_in_flight: inFlight.count,
      configuration: ConfigurationVersionDto.from(current.catalog, configuration),
      database: database.state,
      accounts: { usable: accounts.length, resting, faulty: faults.length },
      ledger_backlog: ledger.backlog,
    };
  }
}

function packageVersion(): string {
  const path = '../../../package.json';
  return (load(path) as { version: string }).version;
}
