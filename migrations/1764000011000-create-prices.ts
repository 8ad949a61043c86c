import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Prices of the operator's own, each good from a time on until the next one of the same name. */
export class CreatePrices1764000011000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE prices (
        id uuid CONSTRAINT prices_pkey PRIMARY KEY,
        model text NOT NULL,
        valid_from timestamptz(3) NOT NULL,
        rates jsonb NOT NULL,
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT prices_model_valid_from_key UNIQUE (model, valid_from)
      )
    `);
    await queryRunner.query('CREATE INDEX prices_created_at_idx ON prices (created_at, id)');
    await queryRunner.query(`
      CREATE TRIGGER prices_announce AFTER INSERT OR UPDATE OR DELETE ON prices
      FOR EACH STATEMENT EXECUTE FUNCTION announce_catalog_change()
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE prices');
  }
}
