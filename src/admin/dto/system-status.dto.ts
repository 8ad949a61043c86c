export class ConfigurationStatusDto {
  /** Grows with every change of a key, an account or a user. */
  version: number;
  /** When this instance took the version over. */
  loaded_at: string;
  /** `database`, or the configuration file behind part of it. */
  source: string;
}

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
  configuration: ConfigurationStatusDto;
  /** `connecting`, `ready` or `behind`. */
  database: string;
  accounts: AccountsStatusDto;
  /** Usage records that are not in the database yet. */
  ledger_backlog: number;
}
