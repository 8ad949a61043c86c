import { DataSource, type DataSourceOptions, type Migration } from 'typeorm';

/** Any number that no other program on the database uses: "llm-gw" read as base 36. */
const LOCK = 1_307_674_528;

/**
 * Runs what has not run yet, each in its own transaction. Instances that start together wait for each other on an advisory
 * lock, so each migration runs once.
 */
export async function migrate(dataSource: DataSource): Promise<Migration[]> {
  if (!(await pendingMigrations(dataSource)).length) return [];
  // Connections of their own: a large migration may take longer than a request may, and closing them gives the lock back.
  const patient = new DataSource(withoutTimeouts(dataSource.options as PostgresOptions));
  await patient.initialize();
  try {
    await patient.createQueryRunner().query('SELECT pg_advisory_lock($1)', [LOCK]);
    return await patient.runMigrations({ transaction: 'each' });
  } finally {
    await patient.destroy();
  }
}

/** Names of the migrations that this build has and the database has not seen, oldest first. */
export async function pendingMigrations(dataSource: DataSource): Promise<string[]> {
  const names = dataSource.migrations
    .map((migration) => migration.name ?? migration.constructor.name)
    .sort((a, b) => timestampOf(a) - timestampOf(b));
  const [found] = await dataSource.query<{ table: string | null }[]>(
    `SELECT to_regclass('migrations') AS "table"`,
  );
  if (!found?.table) return names;
  const rows = await dataSource.query<{ name: string }[]>('SELECT name FROM migrations');
  const applied = new Set(rows.map(({ name }) => name));
  return names.filter((name) => !applied.has(name));
}

/** Milliseconds since the epoch, by which TypeORM orders migrations: `CreateUsers1764000000000`. */
function timestampOf(name: string): number {
  return Number(name.slice(-13));
}

type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

function withoutTimeouts(options: PostgresOptions): PostgresOptions {
  const extra = { ...(options.extra as object), query_timeout: 0, statement_timeout: 0 };
  return { ...options, entities: [], poolSize: 2, extra };
}
