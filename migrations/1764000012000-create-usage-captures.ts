import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was said, for keys whose owner has asked for it; nothing is kept of any other. */
export class CreateUsageCaptures1764000012000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE capture_settings (
        api_key_id uuid CONSTRAINT capture_settings_pkey PRIMARY KEY
          CONSTRAINT capture_settings_api_key_id_fkey REFERENCES api_keys (id) ON DELETE CASCADE,
        retention_days integer NOT NULL CONSTRAINT capture_settings_retention_days_check
          CHECK (retention_days BETWEEN 1 AND 365),
        redact boolean NOT NULL
      )
    `);
    await queryRunner.query(`
      CREATE TRIGGER capture_settings_announce AFTER INSERT OR UPDATE OR DELETE ON capture_settings
      FOR EACH STATEMENT EXECUTE FUNCTION announce_catalog_change()
    `);
    await queryRunner.query(`
      CREATE TABLE usage_captures (
        record_id uuid CONSTRAINT usage_captures_pkey PRIMARY KEY,
        api_key_id uuid NOT NULL,
        user_id uuid,
        request text NOT NULL,
        answer text NOT NULL,
        redacted boolean NOT NULL,
        truncated boolean NOT NULL,
        expires_at timestamptz NOT NULL
      )
    `);
    for (const column of ['api_key_id', 'user_id', 'expires_at']) {
      await queryRunner.query(
        `CREATE INDEX usage_captures_${column}_idx ON usage_captures (${column})`,
      );
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE usage_captures');
    await queryRunner.query('DROP TABLE capture_settings');
  }
}
