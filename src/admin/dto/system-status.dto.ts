import { ConfigurationVersionDto } from './configuration-version.dto.js';

export class AccountsStatusDto {
  /** Enabled and able to work. */
  usable: number;
  /** Enabled, but all or part of them left alone for a while. */
  resting: number;
  /** Enabled, but unusable, such as with a credential that cannot be read. */
  faulty: number;
}

export class SystemStatusDto {
  version: string;
  started_at: string;
  uptime_seconds: number;
  /** `serving`, `draining` or `closing`. */
  phase: string;
  requests_in_flight: number;
  configuration: ConfigurationVersionDto;
  /** `connecting`, `ready` or `behind`. */
  database: string;
  accounts: AccountsStatusDto;
  /** Usage records that are not in the database yet. */
  ledger_backlog: number;
}
