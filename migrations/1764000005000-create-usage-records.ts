import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Records outlive keys, users and accounts, so nothing is a foreign key. One partition a day makes forgetting old days a
 * DROP TABLE; the default one takes what has no day of its own, such as records replayed late.
 */
export class CreateUsageRecords1764000005000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE usage_records (
        id uuid NOT NULL,
        started_at timestamptz NOT NULL,
        api_key_id uuid NOT NULL,
        api_key_name text,
        user_id uuid,
        operation text NOT NULL,
        client_protocol text NOT NULL,
        requested_model text NOT NULL,
        model text,
        provider text,
        account_id uuid,
        account_name text,
        stream boolean NOT NULL,
        status smallint NOT NULL,
        end_reason text NOT NULL,
        error_code text,
        input_tokens integer NOT NULL,
        cache_read_tokens integer NOT NULL,
        cache_write_tokens integer NOT NULL,
        cache_write_1h_tokens integer NOT NULL,
        input_audio_tokens integer NOT NULL,
        output_tokens integer NOT NULL,
        reasoning_tokens integer NOT NULL,
        output_audio_tokens integer NOT NULL,
        usage_source text NOT NULL,
        cost_nano_usd bigint,
        price_source text,
        latency_ms double precision NOT NULL,
        time_to_first_token_ms double precision,
        overhead_ms double precision,
        attempts jsonb NOT NULL,
        decision jsonb,
        tags text[] NOT NULL,
        session text,
        upstream_request_id text,
        CONSTRAINT usage_records_pkey PRIMARY KEY (id, started_at),
        CONSTRAINT usage_records_tokens_check CHECK (
          least(input_tokens, cache_read_tokens, cache_write_tokens, cache_write_1h_tokens,
            input_audio_tokens, output_tokens, reasoning_tokens, output_audio_tokens) >= 0
          AND greatest(input_tokens, cache_read_tokens, cache_write_tokens, cache_write_1h_tokens,
            input_audio_tokens, output_tokens, reasoning_tokens, output_audio_tokens) <= 1000000000
        ),
        CONSTRAINT usage_records_cost_check CHECK (cost_nano_usd >= 0)
      ) PARTITION BY RANGE (started_at)
    `);
    await queryRunner.query(
      'CREATE TABLE usage_records_default PARTITION OF usage_records DEFAULT',
    );
    await queryRunner.query(
      'CREATE INDEX usage_records_started_at_id_idx ON usage_records (started_at DESC, id DESC)',
    );
    for (const column of ['api_key_id', 'account_id', 'user_id']) {
      await queryRunner.query(
        `CREATE INDEX usage_records_${column}_started_at_idx ON usage_records (${column}, started_at)`,
      );
    }
    await queryRunner.query(`
      CREATE TABLE usage_dead_letters (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        record_id text NOT NULL CONSTRAINT usage_dead_letters_record_id_key UNIQUE,
        "row" jsonb NOT NULL,
        error text NOT NULL,
        at timestamptz NOT NULL DEFAULT now()
      )
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE usage_dead_letters');
    await queryRunner.query('DROP TABLE usage_records');
  }
}
