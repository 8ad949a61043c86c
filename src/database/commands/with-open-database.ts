import { DataSource } from 'typeorm';
import type { Environment } from '../../config/environment.js';
import { DataDirInUseError, DataDirLock } from '../data-dir-lock.js';
import { EmbeddedPostgres } from '../embedded-postgres.js';
import { postgresOptions } from '../postgres-options.js';

export interface OpenDatabase {
  readonly dataSource: DataSource;
  /** For connections of one's own; may hold a password. */
  readonly url: string;
  /** As it may be shown: without a password. */
  readonly address: string;
}

export interface OpenOptions {
  /** Refuse when a gateway runs on the embedded database, instead of using it at the same time. */
  exclusive?: boolean;
}

/**
 * Lends the database that the gateway would use, and closes it afterwards. The embedded one is started for as long as it
 * is needed, unless a running gateway has it already.
 */
export async function withOpenDatabase<T>(
  environment: Environment,
  use: (database: OpenDatabase) => Promise<T>,
  options: OpenOptions = {},
): Promise<T> {
  const url = environment.DATABASE_URL ?? environment.DB_URL;
  if (url !== undefined) return connect(environment, url, withoutPassword(url), use);
  const dataDir = environment.DATA_DIR;
  const address = `embedded in ${dataDir}`;
  const lock = acquire(dataDir, options);
  if (!lock) return connect(environment, EmbeddedPostgres.urlOf(dataDir), address, use);
  try {
    const embedded = await EmbeddedPostgres.start(dataDir);
    try {
      return await connect(environment, embedded.url, address, use);
    } finally {
      await embedded.stop();
    }
  } finally {
    lock.release();
  }
}

/** Null when a gateway has the directory and that is no obstacle. */
function acquire(dataDir: string, { exclusive = false }: OpenOptions): DataDirLock | null {
  try {
    return DataDirLock.acquire(dataDir);
  } catch (error) {
    if (!exclusive && error instanceof DataDirInUseError) return null;
    throw error;
  }
}

async function connect<T>(
  environment: Environment,
  url: string,
  address: string,
  use: (database: OpenDatabase) => Promise<T>,
): Promise<T> {
  const dataSource = new DataSource(
    postgresOptions(url, {
      connectMs: environment.DATABASE_CONNECT_TIMEOUT_MS,
      queryMs: environment.DATABASE_REPORT_TIMEOUT_MS,
      poolSize: 2,
    }),
  );
  try {
    await dataSource.initialize();
  } catch (cause) {
    const { message, code } = cause as { message?: string; code?: string };
    // Node gives no message when each of several addresses refused.
    throw new Error(`cannot connect to ${address}: ${message || code}`, { cause });
  }
  try {
    return await use({ dataSource, url, address });
  } finally {
    await dataSource.destroy();
  }
}

function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/[^:@/]*):[^@/]*@/, '$1@').replace(/([?&]password=)[^&]*/g, '$1…');
}
