import { pendingMigrations } from '../migrate.js';
import type { DatabaseCommand } from './database-command.js';
import { withOpenDatabase } from './with-open-database.js';

const OLDEST_SUPPORTED = 140_000;

/** Whether the gateway could work with its database: reachable, new enough, and how far its schema is. */
export const checkCommand: DatabaseCommand = {
  name: 'check',
  usage: '',
  run: (_, { environment, print }) =>
    withOpenDatabase(environment, async ({ dataSource, address }) => {
      const begin = performance.now();
      const [server] = await dataSource.query<{ version: string; number: number }[]>(
        `SELECT current_setting('server_version') AS version,
                current_setting('server_version_num')::integer AS number`,
      );
      const latencyMs = performance.now() - begin;
      const pending = await pendingMigrations(dataSource);
      print(`database    ${address}`);
      print(`server      PostgreSQL ${server!.version}`);
      print(`latency     ${latencyMs.toFixed(1)} ms for a query`);
      print(`migrations  ${dataSource.migrations.length} known, ${pending.length} pending`);
      for (const name of pending) print(`            ${name}`);
      if (server!.number >= OLDEST_SUPPORTED) return 0;
      print('PostgreSQL 14 or later is needed');
      return 1;
    }),
};
