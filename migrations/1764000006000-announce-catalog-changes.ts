import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Triggers rather than code: a change announces itself whoever makes it, another instance or somebody with psql. */
export class AnnounceCatalogChanges1764000006000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE catalog_version (
        only_row boolean DEFAULT true CONSTRAINT catalog_version_pkey PRIMARY KEY,
        version bigint NOT NULL,
        changed_at timestamptz(3) NOT NULL,
        CONSTRAINT catalog_version_only_row_check CHECK (only_row)
      )
    `);
    await queryRunner.query('INSERT INTO catalog_version (version, changed_at) VALUES (1, now())');
    await queryRunner.query(`
      CREATE FUNCTION announce_catalog_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE catalog_version SET version = version + 1, changed_at = now();
        NOTIFY catalog_changed;
        RETURN NULL;
      END $$
    `);
    for (const table of ['api_keys', 'upstream_accounts']) {
      await queryRunner.query(`
        CREATE TRIGGER ${table}_announce AFTER INSERT OR UPDATE OR DELETE ON ${table}
        FOR EACH STATEMENT EXECUTE FUNCTION announce_catalog_change()
      `);
    }
    await queryRunner.query(`
      CREATE TRIGGER users_announce AFTER DELETE OR UPDATE OF is_active ON users
      FOR EACH STATEMENT EXECUTE FUNCTION announce_catalog_change()
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['users', 'upstream_accounts', 'api_keys']) {
      await queryRunner.query(`DROP TRIGGER ${table}_announce ON ${table}`);
    }
    await queryRunner.query('DROP FUNCTION announce_catalog_change()');
    await queryRunner.query('DROP TABLE catalog_version');
  }
}
