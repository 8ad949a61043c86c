import type { GatewayConfig } from '../config/gateway-config.js';
import { DataDirLock } from './data-dir-lock.js';
import { EmbeddedPostgres } from './embedded-postgres.js';

/**
 * Holds the data directory for as long as the work takes, with the embedded PostgreSQL running in it where no other database
 * is configured. The work gets the database's address.
 */
export async function withDatabase(
  config: GatewayConfig,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const lock = DataDirLock.acquire(config.dataDir);
  let embedded: EmbeddedPostgres | null = null;
  try {
    if (config.databaseUrl === null) {
      embedded = await EmbeddedPostgres.start(config.dataDir, connectionsOf(config));
    }
    await work(config.databaseUrl ?? embedded!.url);
  } finally {
    await embedded?.stop();
    lock.release();
  }
}

/** During a restart there is one worker more; each has its pool and a connection that listens. */
function connectionsOf({ workers, environment }: GatewayConfig): number {
  return (workers + 1) * (environment.DATABASE_POOL_SIZE + 1);
}
