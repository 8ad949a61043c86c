import { createRequire } from 'node:module';
import { Injectable } from '@nestjs/common';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import { topic } from '../common/channel.js';
import { Lifecycle } from '../common/lifecycle.js';
import { Peers } from '../common/peers.js';
import { DatabaseService } from '../database/database.service.js';
import { ConfigurationReload } from './configuration-reload.js';
import { ConfigurationVersionDto } from './dto/configuration-version.dto.js';
import type { SystemStatusDto, WorkerStatusDto } from './dto/system-status.dto.js';
import { WorkerStatus } from './worker-status.js';

const load = createRequire(import.meta.url);

const WORKER_STATUS = topic<void, WorkerStatusDto>('status');

/** Gathers what an administrator asks first when something is wrong. */
@Injectable()
export class SystemStatus {
  constructor(
    private readonly configuration: ConfigurationReload,
    private readonly current: CurrentCatalog,
    private readonly database: DatabaseService,
    private readonly lifecycle: Lifecycle,
    private readonly peers: Peers,
    private readonly worker: WorkerStatus,
  ) {
    peers.answer(WORKER_STATUS, () => this.own());
  }

  async status(): Promise<SystemStatusDto> {
    const { accounts, faults } = this.current.catalog;
    const own = this.own();
    const all = [own, ...(await this.peers.ask(WORKER_STATUS, undefined))];
    return {
      version: packageVersion(),
      started_at: own.started_at,
      uptime_seconds: this.worker.uptimeSeconds,
      phase: this.lifecycle.phase,
      requests_in_flight: sum(all.map(({ requests_in_flight: count }) => count)),
      configuration: ConfigurationVersionDto.from(this.current.catalog, this.configuration),
      database: this.database.state,
      accounts: { usable: accounts.length, resting: own.accounts_resting, faulty: faults.length },
      ledger_backlog: sum(all.map(({ ledger_backlog: count }) => count)),
      worker: this.peers.worker,
      workers: this.peers.worker === null ? [] : all.toSorted((a, b) => a.worker - b.worker),
    };
  }

  private own(): WorkerStatusDto {
    return this.worker.status(this.peers.worker ?? 1);
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** Beside `dist`, where this file is when it runs. */
function packageVersion(): string {
  const path = '../../../package.json';
  return (load(path) as { version: string }).version;
}
