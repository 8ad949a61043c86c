import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['usage_hourly_groups', 'usage_daily_groups'];

/** For questions about one key, person, account, provider or tag along the time. */
export class IndexUsageGroups1764000022000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) {
      await queryRunner.query(
        `CREATE INDEX ${table}_grouping_group_at_idx ON ${table} (grouping, "group", at)`,
      );
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) {
      await queryRunner.query(`DROP INDEX ${table}_grouping_group_at_idx`);
    }
  }
}
