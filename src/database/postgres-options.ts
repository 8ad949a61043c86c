import type { DataSourceOptions } from 'typeorm';
import { ImpatientClient } from './impatient-client.js';
import { glob } from './migration-files.js';

export interface PostgresTimeouts {
  connectMs: number;
  queryMs: number;
  poolSize: number;
}

/** One place for how any part of the gateway talks to PostgreSQL; every wait has an end. */
export function postgresOptions(url: string, { connectMs, queryMs, poolSize }: PostgresTimeouts) {
  return {
    type: 'postgres',
    url,
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    poolSize,
    connectTimeoutMS: connectMs,
    synchronize: false,
    migrations: [glob('migrations')],
    migrationsTableName: 'migrations',
    extra: {
      Client: ImpatientClient,
      // The client gives up a little after the server does, so that the usual answer is PostgreSQL's own words.
      query_timeout: queryMs + 500,
      statement_timeout: queryMs,
      idle_in_transaction_session_timeout: 60_000,
      application_name: 'llm-gateway',
    },
  } as const satisfies DataSourceOptions;
}
