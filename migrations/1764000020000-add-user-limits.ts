import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddUserLimits1764000020000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE users
        ADD requests_per_minute integer,
        ADD tokens_per_minute integer,
        ADD max_concurrency integer,
        ADD budget_nano_usd bigint,
        ADD budget_period text,
        ADD CONSTRAINT users_budget_check
          CHECK ((budget_nano_usd IS NULL) = (budget_period IS NULL) AND budget_nano_usd >= 0),
        ADD CONSTRAINT users_budget_period_check
          CHECK (budget_period IN ('day', 'week', 'month', 'total'))
    `);
    await queryRunner.query('DROP TRIGGER users_announce ON users');
    await queryRunner.query(`
      CREATE TRIGGER users_announce AFTER DELETE OR UPDATE OF is_active, routing_preferences,
        requests_per_minute, tokens_per_minute, max_concurrency, budget_nano_usd, budget_period ON users
      FOR EACH STATEMENT EXECUTE FUNCTION announce_catalog_change()
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TRIGGER users_announce ON users');
    await queryRunner.query(`
      CREATE TRIGGER users_announce AFTER DELETE OR UPDATE OF is_active, routing_preferences ON users
      FOR EACH STATEMENT EXECUTE FUNCTION announce_catalog_change()
    `);
    await queryRunner.query(`
      ALTER TABLE users
        DROP CONSTRAINT users_budget_period_check,
        DROP CONSTRAINT users_budget_check,
        DROP budget_period,
        DROP budget_nano_usd,
        DROP max_concurrency,
        DROP tokens_per_minute,
        DROP requests_per_minute
    `);
  }
}
