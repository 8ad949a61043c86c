import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateUpstreamAccounts1764000003000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE upstream_accounts (
        id uuid NOT NULL,
        name text NOT NULL,
        external_id text,
        provider text NOT NULL,
        base_url text,
        credential bytea NOT NULL,
        credential_key_id text NOT NULL,
        credential_hint text NOT NULL,
        weight integer NOT NULL,
        priority integer NOT NULL,
        is_enabled boolean NOT NULL,
        models text[] NOT NULL,
        model_mapping jsonb NOT NULL,
        max_concurrency integer,
        requests_per_minute integer,
        tokens_per_minute integer,
        verify_ssl boolean,
        managed_by text,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT upstream_accounts_pkey PRIMARY KEY (id),
        CONSTRAINT upstream_accounts_name_key UNIQUE (name),
        CONSTRAINT upstream_accounts_external_id_key UNIQUE (external_id),
        CONSTRAINT upstream_accounts_weight_check CHECK (weight BETWEEN 1 AND 1000)
      )
    `);
    await queryRunner.query(
      'CREATE INDEX upstream_accounts_created_at_idx ON upstream_accounts (created_at, id)',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE upstream_accounts');
  }
}
