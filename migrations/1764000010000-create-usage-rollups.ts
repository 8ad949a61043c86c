import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What requests can be told apart by. */
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

interface Rollup {
  table: string;
  unit: 'hour' | 'day';
  /** What a row stands for. */
  keys: readonly string[];
  names: readonly string[];
  /** SQL that gives the facts of a source of records those columns. */
  facts: (source: Source) => string;
}

/** By everything at once, for questions about a part; and by one thing at a time, for questions about the whole. */
const ROLLUPS: readonly Rollup[] = (['hour', 'day'] as const).flatMap((unit) => {
  const table = unit === 'hour' ? 'usage_hourly' : 'usage_daily';
  const groups = { keys: ['grouping', '"group"'], names: ['name'], facts: groupFactsOf };
  return [
    { table, unit, keys: DIMENSIONS, names: NAMES, facts: factsOf },
    { table: `${table}_groups`, unit, ...groups },
  ];
});

const LOCK = 1_307_674_530;

/**
 * Sums by hour and by day (of UTC) that a trigger keeps, so that they are the sum of the records whoever writes one, and a
 * record that was there already changes nothing. A record never changes: what a new price makes of its cost stands beside it.
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
    for (const unit of ['usage_hourly', 'usage_daily']) await createTables(queryRunner, unit);
    await queryRunner.query(`
      CREATE TABLE usage_adjustments (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT usage_adjustments_pkey PRIMARY KEY,
        record_id uuid NOT NULL,
        started_at timestamptz NOT NULL,
        difference_nano_usd bigint NOT NULL,
        was_unpriced boolean NOT NULL,
        price_source text NOT NULL,
        at timestamptz NOT NULL DEFAULT now()
      )
    `);
    for (const column of ['record_id', 'started_at']) {
      await queryRunner.query(
        `CREATE INDEX usage_adjustments_${column}_idx ON usage_adjustments (${column})`,
      );
    }
    await queryRunner.query(`
      CREATE VIEW usage_facts AS
      SELECT at, ${[...DIMENSIONS, ...NAMES, ...SUMS].join(', ')},
        ${HISTOGRAMS.map((column) => `array_remove(ARRAY[${column}], NULL) AS ${column}`).join(', ')}
      FROM (
        SELECT * FROM ${factsOf(OF_RECORDS)} UNION ALL SELECT * FROM ${factsOf(OF_ADJUSTMENTS)}
      ) AS fact
    `);
    for (const rollup of ROLLUPS) await queryRunner.query(addTo(rollup, OF_RECORDS));
    await addOnInsert(queryRunner, 'usage_records', INSERTED_RECORDS);
    await addOnInsert(queryRunner, 'usage_adjustments', INSERTED_ADJUSTMENTS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP VIEW usage_facts');
    await queryRunner.query('DROP TABLE usage_adjustments');
    await queryRunner.query('DROP TRIGGER usage_records_rollups ON usage_records');
    for (const table of ['usage_records', 'usage_adjustments']) {
      await queryRunner.query(`DROP FUNCTION add_${table}_to_rollups()`);
    }
    for (const { table } of ROLLUPS) await queryRunner.query(`DROP TABLE ${table}`);
    await queryRunner.query('DROP FUNCTION histogram_sum(bigint[])');
    await queryRunner.query('DROP FUNCTION histogram_element(double precision)');
  }
}

async function addOnInsert(queryRunner: QueryRunner, table: string, source: Source): Promise<void> {
  await queryRunner.query(`
    CREATE FUNCTION add_${table}_to_rollups() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      -- Writers of the same sums would otherwise wait for each other in a circle.
      PERFORM pg_advisory_xact_lock(${LOCK});
      ${ROLLUPS.map((rollup) => `${addTo(rollup, source)};`).join('\n')}
      RETURN NULL;
    END $$
  `);
  await queryRunner.query(`
    CREATE TRIGGER ${table}_rollups AFTER INSERT ON ${table}
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION add_${table}_to_rollups()
  `);
}

async function createTables(queryRunner: QueryRunner, table: string): Promise<void> {
  await queryRunner.query(`
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
      ${sumColumns(table)}`);
  for (const column of ['api_key_id', 'user_id']) {
    await queryRunner.query(`CREATE INDEX ${table}_${column}_at_idx ON ${table} (${column}, at)`);
  }
  await queryRunner.query(`
    CREATE TABLE ${table}_groups (
      at timestamptz NOT NULL,
      group_id uuid NOT NULL,
      grouping text NOT NULL,
      "group" text,
      name text,
      ${sumColumns(`${table}_groups`)}`);
  await queryRunner.query(
    `CREATE INDEX ${table}_groups_grouping_at_idx ON ${table}_groups (grouping, at)`,
  );
}

/** Room on each page lets PostgreSQL change a row where it is. */
function sumColumns(table: string): string {
  return `
      ${SUMS.map((column) => `${column} bigint NOT NULL`).join(',\n')},
      ${HISTOGRAMS.map((column) => `${column} bigint[] NOT NULL`).join(',\n')},
      CONSTRAINT ${table}_pkey PRIMARY KEY (at, group_id)
    ) WITH (fillfactor = 70)`;
}

const TOTAL = TOKENS.map((column) => `record.${column}::bigint`).join(' + ');

/** What a record adds to a row of sums. */
const OF_RECORDS = {
  source: 'usage_records AS record',
  amounts: `
    1::bigint AS requests,
    (record.end_reason <> 'client_closed' AND (record.status >= 400 OR record.end_reason <> 'completed'))::int::bigint
      AS errors,
    ${TOKENS.map((column) => `record.${column}::bigint AS ${column}`).join(', ')},
    coalesce(record.cost_nano_usd, 0) AS cost_nano_usd,
    (record.cost_nano_usd IS NULL AND ${TOTAL} > 0)::int::bigint AS unpriced_requests,
    ${HISTOGRAMS.map((column) => `histogram_element(record.${column}) AS ${column}`).join(', ')}`,
};
/** What a change of its price adds. */
const OF_ADJUSTMENTS = {
  source: `usage_adjustments AS adjustment JOIN usage_records AS record
    ON record.id = adjustment.record_id AND record.started_at = adjustment.started_at`,
  amounts: `
    ${['requests', 'errors', ...TOKENS].map((column) => `0::bigint AS ${column}`).join(', ')},
    adjustment.difference_nano_usd AS cost_nano_usd,
    -(adjustment.was_unpriced::int::bigint) AS unpriced_requests,
    ${HISTOGRAMS.map((column) => `NULL::bigint AS ${column}`).join(', ')}`,
};
const INSERTED_RECORDS = { ...OF_RECORDS, source: 'inserted AS record' };
const INSERTED_ADJUSTMENTS = {
  ...OF_ADJUSTMENTS,
  source: OF_ADJUSTMENTS.source.replace('usage_adjustments', 'inserted'),
};

type Source = typeof OF_RECORDS;

/** Refused before any upstream was asked: its names are whatever a client made up, and sums must not grow with them. */
const IS_REJECTED = "(record.model IS NULL AND record.end_reason = 'rejected')";
const REQUESTED_MODEL = `CASE WHEN ${IS_REJECTED} THEN '(rejected)' ELSE record.requested_model END`;

/** Once without a tag, and once under each of the record's tags. */
function factsOf({ source, amounts }: Source): string {
  return `(
    SELECT
      record.started_at AS at,
      cardinality(record.tags) > 0 AND NOT ${IS_REJECTED} AS tagged,
      tags_of.tag,
      ${[...DIMENSIONS.slice(2), ...NAMES].map(columnOf).join(', ')},
      ${amounts}
    FROM ${source}, LATERAL (
      SELECT NULL::text AS tag UNION ALL SELECT DISTINCT unnest(record.tags) WHERE NOT ${IS_REJECTED}
    ) AS tags_of
  ) AS fact`;
}

function columnOf(column: string): string {
  return column === 'requested_model' ? `${REQUESTED_MODEL} AS ${column}` : `record.${column}`;
}

/** The same under one heading after the other; a request with tags is not also one without. */
function groupFactsOf(source: Source): string {
  return `(
    SELECT fact.*, heading.*
    FROM ${factsOf(source)}, LATERAL (
      SELECT 'tag' AS grouping, fact.tag AS "group", NULL::text AS name
      WHERE fact.tag IS NOT NULL OR NOT fact.tagged
      UNION ALL
      SELECT headings.* FROM (VALUES
        ('all', NULL, NULL),
        ('model', coalesce(fact.model, fact.requested_model), NULL),
        ('provider', fact.provider, NULL),
        ('account', fact.account_id::text, fact.account_name),
        ('key', fact.api_key_id::text, fact.api_key_name),
        ('user', fact.user_id::text, NULL)
      ) AS headings
      WHERE fact.tag IS NULL
    ) AS heading
  ) AS fact`;
}

function addTo({ table, unit, keys, names, facts }: Rollup, source: Source): string {
  const columns = ['at', 'group_id', ...keys, ...names, ...SUMS, ...HISTOGRAMS];
  return `
    INSERT INTO ${table} (${columns.join(', ')})
    SELECT
      date_trunc('${unit}', at, 'UTC'),
      md5(ROW(${keys.join(', ')})::text)::uuid,
      ${keys.join(', ')},
      ${names.map((column) => `max(${column})`).join(', ')},
      ${SUMS.map((column) => `sum(${column})`).join(', ')},
      ${HISTOGRAMS.map((column) => `histogram_sum(array_agg(${column}) FILTER (WHERE ${column} IS NOT NULL))`).join(', ')}
    FROM ${facts(source)}
    GROUP BY 1, 2, ${keys.join(', ')}
    ON CONFLICT (at, group_id) DO UPDATE SET
      ${names.map((column) => `${column} = excluded.${column}`).join(', ')},
      ${SUMS.map((column) => `${column} = ${table}.${column} + excluded.${column}`).join(', ')},
      ${HISTOGRAMS.map((column) => `${column} = histogram_sum(${table}.${column} || excluded.${column})`).join(', ')}`;
}
