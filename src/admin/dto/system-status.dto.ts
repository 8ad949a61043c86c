import { ConfigurationVersionDto } from './configuration-version.dto.js';

export class AccountsStatusDto {
  /** Enabled and able to work. */
  usable: number;
  /** Enabled, but all or part of them left alone for a while. */
  resting: number;
  /** Enabled, but unusable, such as with a credential that cannot be read. */
  faulty: number;
}

/** One of the processes that serve together. */
export class WorkerStatusDto {
  worker: number;
  pid: number;
  started_at: string;
  /** `starting`, `serving`, `draining` or `closing`. */
  phase: string;
  requests_in_flight: number;
  ledger_backlog: number;
  /** By what it has learnt itself. */
  accounts_resting: number;
}

export class SystemStatusDto {
  version: string;
  started_at: string;
  uptime_seconds: number;
  /** `serving`, `draining` or `closing`. */
  phase: string;
  /** Of all workers. */
  requests_in_flight: number;
  configuration: ConfigurationVersionDto;
  /** `connecting`, `ready` or `behind`. */
  database: string;
  accounts: AccountsStatusDto;
  /** Usage records that are not in the database yet, of all workers. */
  ledger_backlog: number;
  /** Whose answer this is; null for a gateway of one process. */
  worker: number | null;
  /** All that serve together; none for a gateway of one process. */
  workers: WorkerStatusDto[];
}
