import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateApiKeys1764000002000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // digest is checked at commit when asked to be: two keys of the configuration file may swap their secrets.
    await queryRunner.query(`
      CREATE TABLE api_keys (
        id uuid NOT NULL,
        owner_id uuid,
        name text NOT NULL,
        prefix text NOT NULL,
        digest bytea NOT NULL,
        previous_digest bytea,
        previous_valid_until timestamptz(3),
        external_id text,
        allowed_models text[] NOT NULL,
        is_enabled boolean NOT NULL,
        requests_per_second integer,
        burst_size integer,
        requests_per_minute integer,
        tokens_per_minute integer,
        max_concurrency integer,
        budget_nano_usd bigint,
        budget_period text,
        expires_at timestamptz(3),
        routing_preferences jsonb,
        tags text[] NOT NULL,
        managed_by text,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT api_keys_pkey PRIMARY KEY (id),
        CONSTRAINT api_keys_digest_key UNIQUE (digest) DEFERRABLE INITIALLY IMMEDIATE,
        CONSTRAINT api_keys_external_id_key UNIQUE (external_id),
        CONSTRAINT api_keys_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE CASCADE,
        CONSTRAINT api_keys_digest_check CHECK (octet_length(digest) = 32),
        CONSTRAINT api_keys_previous_check
          CHECK ((previous_digest IS NULL) = (previous_valid_until IS NULL)),
        CONSTRAINT api_keys_rate_limit_check
          CHECK ((requests_per_second IS NULL) = (burst_size IS NULL)),
        CONSTRAINT api_keys_budget_check
          CHECK ((budget_nano_usd IS NULL) = (budget_period IS NULL) AND budget_nano_usd >= 0),
        CONSTRAINT api_keys_budget_period_check
          CHECK (budget_period IN ('day', 'week', 'month', 'total'))
      )
    `);
    await queryRunner.query('CREATE INDEX api_keys_created_at_idx ON api_keys (created_at, id)');
    await queryRunner.query(
      'CREATE INDEX api_keys_owner_id_idx ON api_keys (owner_id, created_at, id)',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE api_keys');
  }
}
