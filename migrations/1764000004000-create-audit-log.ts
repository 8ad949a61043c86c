import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAuditLog1764000004000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // No foreign keys: an entry outlives the person and the object it is about.
    await queryRunner.query(`
      CREATE TABLE audit_log (
        id bigint GENERATED ALWAYS AS IDENTITY,
        at timestamptz(3) NOT NULL,
        actor_id uuid,
        actor_name text NOT NULL,
        action text NOT NULL,
        object_type text,
        object_id text,
        changes jsonb,
        address text,
        request_id text,
        CONSTRAINT audit_log_pkey PRIMARY KEY (id)
      )
    `);
    await queryRunner.query('CREATE INDEX audit_log_object_id_idx ON audit_log (object_id, id)');
    await queryRunner.query('CREATE INDEX audit_log_actor_id_idx ON audit_log (actor_id, id)');
    await queryRunner.query(`
      CREATE FUNCTION refuse_audit_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'audit_log is append-only: % is refused', TG_OP
          USING ERRCODE = 'insufficient_privilege';
      END
      $$
    `);
    await queryRunner.query(`
      CREATE TRIGGER audit_log_append_only
      BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_log_change()
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE audit_log');
    await queryRunner.query('DROP FUNCTION refuse_audit_log_change()');
  }
}
