import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { InFlight } from '../common/in-flight.js';
import { Lifecycle } from '../common/lifecycle.js';
import { DatabaseService } from '../database/database.service.js';
import { UpstreamReport } from '../routing/upstream-report.js';
import { Ledger } from '../stats/ledger.js';
import type { WorkerStatusDto } from './dto/system-status.dto.js';

/** How this process is, one of several or the only one. */
@Injectable()
export class WorkerStatus {
  private readonly startedAt: number;

  constructor(
    private readonly clock: Clock,
    private readonly lifecycle: Lifecycle,
    private readonly inFlight: InFlight,
    private readonly database: DatabaseService,
    private readonly upstreams: UpstreamReport,
    private readonly ledger: Ledger,
  ) {
    this.startedAt = clock.now();
  }

  get uptimeSeconds(): number {
    return Math.floor((this.clock.now() - this.startedAt) / 1000);
  }

  /** @param worker its number; 1 for the only one */
  status(worker: number): WorkerStatusDto {
    return {
      worker,
      pid: process.pid,
      started_at: new Date(this.startedAt).toISOString(),
      phase: this.database.state === 'ready' ? this.lifecycle.phase : 'starting',
      requests_in_flight: this.inFlight.count,
      ledger_backlog: this.ledger.backlog,
      accounts_resting: this.upstreams.troubled().length,
    };
  }
}
