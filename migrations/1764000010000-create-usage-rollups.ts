import type { MigrationInterface, QueryRunner } from 'typeorm';

const DIMENSIONS = [
  'tagged',
  'tag',
  'api_key_id',
  'user_id',
  'account_id',
  'provider',
  'requested_model',
  'model',
  'status',
];
const NAMES = ['api_key_name', 'account_name'];
const TOKENS = [
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
  'input_audio_tokens',
  'output_tokens',
  'reasoning_tokens',
  'output_audio_tokens',
];
const SUMS = ['requests', 'errors', ...TOKENS, 'cost_nano_usd', 'unpriced_requests'];
const HISTOGRAMS = ['latency_ms', 'time_to_first_token_ms'];
const ROLLUPS = [
  ['usage_hourly', 'hour'],
  ['usage_daily', 'day'],
] as const;

/**
 * Sums by hour and by day (of UTC) that a trigger keeps, so that they are the sum of the records whoever writes one, and a
 * record that was there already changes nothing. A request is in them once without a tag, and once more under each of its tags.
 *
 * A histogram is an array with an element for each bucket that is not empty: the bucket in the upper half, the count in the
 * lower. Bucket b holds values from 2^(b/8 - 4) on, so that a bucket is 9 % wide.
 */
export class CreateUsageRollups1764000010000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION histogram_element(value double precision) RETURNS bigint
      LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT CASE WHEN value IS NOT NULL
          THEN (least(255, floor(8 * ln(greatest(value, 0.0625)) / ln(2) + 32))::bigint << 32) + 1
        END
      $$
    `);
    await queryRunner.query(`
      CREATE FUNCTION histogram_sum(elements bigint[]) RETURNS bigint[]
      LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT coalesce(array_agg((bucket << 32) + count ORDER BY bucket), '{}')
        FROM (
          SELECT element >> 32 AS bucket, sum(element & 4294967295)::bigint AS count
          FROM unnest(elements) AS element GROUP BY 1
        ) AS buckets
      $$
    `);
    for (const [table] of ROLLUPS) await queryRunner.query(rollupTable(table));
    await queryRunner.query(`
      CREATE VIEW usage_facts AS
      SELECT at, ${[...DIMENSIONS, ...NAMES, ...SUMS].join(', ')},
        ${HISTOGRAMS.map((column) => `array_remove(ARRAY[${column}], NULL) AS ${column}`).join(', ')}
      FROM ${factsOf('usage_records')}
    `);
    await queryRunner.query(`
      CREATE FUNCTION add_to_usage_rollups() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        -- Writers of the same sums would otherwise wait for each other in a circle.
        PERFORM pg_advisory_xact_lock(1307674530);
        ${ROLLUPS.map((rollup) => `${addTo(rollup, 'inserted')};`).join('\n')}
        RETURN NULL;
      END $$
    `);
    for (const rollup of ROLLUPS) await queryRunner.query(addTo(rollup, 'usage_records'));
    await queryRunner.query(`
      CREATE TRIGGER usage_records_rollups AFTER INSERT ON usage_records
      REFERENCING NEW TABLE AS inserted
      FOR EACH STATEMENT EXECUTE FUNCTION add_to_usage_rollups()
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TRIGGER usage_records_rollups ON usage_records');
    await queryRunner.query('DROP FUNCTION add_to_usage_rollups()');
    await queryRunner.query('DROP VIEW usage_facts');
    await queryRunner.query('DROP TABLE usage_daily, usage_hourly');
    await queryRunner.query('DROP FUNCTION histogram_sum(bigint[])');
    await queryRunner.query('DROP FUNCTION histogram_element(double precision)');
  }
}

/** Room on each page lets PostgreSQL change a row where it is. */
function rollupTable(table: string): string {
  return `
    CREATE TABLE ${table} (
      at timestamptz NOT NULL,
      group_id uuid NOT NULL,
      tagged boolean NOT NULL,
      tag text,
      api_key_id uuid NOT NULL,
      api_key_name text,
      user_id uuid,
      account_id uuid,
      account_name text,
      provider text,
      requested_model text NOT NULL,
      model text,
      status smallint NOT NULL,
      ${SUMS.map((column) => `${column} bigint NOT NULL`).join(',\n')},
      ${HISTOGRAMS.map((column) => `${column} bigint[] NOT NULL`).join(',\n')},
      CONSTRAINT ${table}_pkey PRIMARY KEY (at, group_id)
    ) WITH (fillfactor = 70)`;
}

/** What each record adds to a row of sums: once without a tag, and once under each of its tags. */
function factsOf(source: string): string {
  const tokens = TOKENS.map((column) => `${column}::bigint`);
  return `(
    SELECT
      started_at AS at,
      cardinality(tags) > 0 AS tagged,
      ${[...DIMENSIONS.slice(1), ...NAMES].join(', ')},
      1::bigint AS requests,
      (end_reason <> 'client_closed' AND (status >= 400 OR end_reason <> 'completed'))::int::bigint
        AS errors,
      ${TOKENS.map((column) => `${column}::bigint AS ${column}`).join(', ')},
      coalesce(cost_nano_usd, 0) AS cost_nano_usd,
      (cost_nano_usd IS NULL AND ${tokens.join(' + ')} > 0)::int::bigint AS unpriced_requests,
      ${HISTOGRAMS.map((column) => `histogram_element(${column}) AS ${column}`).join(', ')}
    FROM ${source}, LATERAL (
      SELECT NULL::text AS tag UNION ALL SELECT DISTINCT unnest(tags)
    ) AS tags_of
  ) AS fact`;
}

function addTo([table, unit]: readonly [string, string], source: string): string {
  const columns = ['at', 'group_id', ...DIMENSIONS, ...NAMES, ...SUMS, ...HISTOGRAMS];
  return `
    INSERT INTO ${table} (${columns.join(', ')})
    SELECT
      date_trunc('${unit}', at, 'UTC'),
      md5(ROW(${DIMENSIONS.join(', ')})::text)::uuid,
      ${DIMENSIONS.join(', ')},
      ${NAMES.map((column) => `max(${column})`).join(', ')},
      ${SUMS.map((column) => `sum(${column})`).join(', ')},
      ${HISTOGRAMS.map((column) => `histogram_sum(array_agg(${column}) FILTER (WHERE ${column} IS NOT NULL))`).join(', ')}
    FROM ${factsOf(source)}
    GROUP BY 1, 2, ${DIMENSIONS.join(', ')}
    ORDER BY 1, 2
    ON CONFLICT (at, group_id) DO UPDATE SET
      ${NAMES.map((column) => `${column} = excluded.${column}`).join(', ')},
      ${SUMS.map((column) => `${column} = ${table}.${column} + excluded.${column}`).join(', ')},
      ${HISTOGRAMS.map((column) => `${column} = histogram_sum(${table}.${column} || excluded.${column})`).join(', ')}`;
}
