import type { DataSource, Migration } from 'typeorm';

/** Any number that no other program on the database uses: "llm-gw" read as base 36. */
const LOCK = 1_307_674_528;

/**
 * Runs what has not run yet, each in its own transaction. Instances that start together wait for each other on an advisory
 * lock, so each migration runs once.
 */
export async function migrate(dataSource: DataSource): Promise<Migration[]> {
  const queryRunner = dataSource.createQueryRunner();
  await queryRunner.connect();
  try {
    // A large migration may take longer than a request may.
    await queryRunner.query('SET statement_timeout = 0');
    await queryRunner.query('SELECT pg_advisory_lock($1)', [LOCK]);
    return await dataSource.runMigrations({ transaction: 'each' });
  } finally {
    await queryRunner.query('SELECT pg_advisory_unlock($1)', [LOCK]);
    await queryRunner.query('RESET statement_timeout');
    await queryRunner.release();
  }
}
