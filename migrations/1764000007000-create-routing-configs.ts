import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One row a version, never changed: the latest one is in force, and an old one is restored by writing it again. */
export class CreateRoutingConfigs1764000007000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE routing_configs (
        version integer NOT NULL,
        config jsonb NOT NULL,
        managed_by text,
        restored_from integer,
        created_by text NOT NULL,
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT routing_configs_pkey PRIMARY KEY (version)
      )
    `);
    await queryRunner.query(`
      CREATE TRIGGER routing_configs_announce AFTER INSERT OR UPDATE OR DELETE ON routing_configs
      FOR EACH STATEMENT EXECUTE FUNCTION announce_catalog_change()
    `);
    await queryRunner.query(`
      ALTER TABLE upstream_accounts ADD COLUMN circuit text,
      ADD CONSTRAINT upstream_accounts_circuit_check CHECK (circuit IN ('forced_open', 'disabled'))
    `);
    await queryRunner.query('ALTER TABLE users ADD COLUMN routing_preferences jsonb');
    await queryRunner.query('DROP TRIGGER users_announce ON users');
    await queryRunner.query(`
      CREATE TRIGGER users_announce AFTER DELETE OR UPDATE OF is_active, routing_preferences ON users
      FOR EACH STATEMENT EXECUTE FUNCTION announce_catalog_change()
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TRIGGER users_announce ON users');
    await queryRunner.query(`
      CREATE TRIGGER users_announce AFTER DELETE OR UPDATE OF is_active ON users
      FOR EACH STATEMENT EXECUTE FUNCTION announce_catalog_change()
    `);
    await queryRunner.query('ALTER TABLE users DROP COLUMN routing_preferences');
    await queryRunner.query('ALTER TABLE upstream_accounts DROP COLUMN circuit');
    await queryRunner.query('DROP TABLE routing_configs');
  }
}
