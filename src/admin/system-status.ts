import { createRequire } from 'node:module';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import { topic } from '../common/channel.js';
import type { Clock } from '../common/clock.js';
import type { InFlight } from '../common/in-flight.js';
import type { Lifecycle } from '../common/lifecycle.js';
import type { Peers } from '../common/peers.js';
import type { DatabaseService } from '../database/database.service.js';
import type { UpstreamReport } from '../routing/upstream-report.js';
import type { Ledger } from '../stats/ledger.js';
import type { ConfigurationReload } from './configuration-reload.js';
import { ConfigurationVersionDto } from './dto/configuration-version.dto.js';
import type { SystemStatusDto, WorkerStatusDto } from './dto/system-status.dto.js';

const load = createRequire(import.meta.url);

const WORKER_STATUS = topic<void, WorkerStatusDto>('status');

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
      readonly peers: Peers;
    },
  ) {
    this.startedAt = parts.clock.now();
    parts.peers.answer(WORKER_STATUS, () => this.own());
  }

  async status(): Promise<SystemStatusDto> {
    const { clock, configuration, lifecycle, current, database, peers } = this.parts;
    const { accounts, faults } = current.catalog;
    const own = this.own();
    const all = [own, ...(await peers.ask(WORKER_STATUS, undefined))];
    return {
      version: packageVersion(),
      started_at: own.started_at,
      uptime_seconds: Math.floor((clock.now() - this.startedAt) / 1000),
      phase: lifecycle.phase,
      requests_in_flight: sum(all.map(({ requests_in_flight: count }) => count)),
      configuration: ConfigurationVersionDto.from(current.catalog, configuration),
      database: database.state,
      accounts: { usable: accounts.length, resting: own.accounts_resting, faulty: faults.length },
      ledger_backlog: sum(all.map(({ ledger_backlog: count }) => count)),
      worker: peers.worker,
      workers: peers.worker === null ? [] : all.toSorted((a, b) => a.worker - b.worker),
    };
  }

  private own(): WorkerStatusDto {
    const { lifecycle, inFlight, database, upstreams, ledger, peers } = this.parts;
    return {
      worker: peers.worker ?? 1,
      pid: process.pid,
      started_at: new Date(this.startedAt).toISOString(),
      phase: database.state === 'ready' ? lifecycle.phase : 'starting',
      requests_in_flight: inFlight.count,
      ledger_backlog: ledger.backlog,
      accounts_resting: upstreams.troubled().length,
    };
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function packageVersion(): string {
  const path = '../../../package.json';
  return (load(path) as { version: string }).version;
}
