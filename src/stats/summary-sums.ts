import type { SummaryQuery } from './dto/summary-query.dto.js';
import type { FiguresRow, GroupRow } from './dto/summary.dto.js';
import { countedRows, GROUPING_SQL, type Grouping } from './grouping.js';
import { mergeHistograms, type Histogram, type HistogramElements } from './histogram.js';
import type { ReportQuery } from './report-database.js';
import { headingFor } from './summary-heading.js';
import { timeSpans } from './time-spans.js';
import { UsageConditions, type TimeRange } from './usage-conditions.js';

export interface SummaryQuestion {
  readonly query: SummaryQuery;
  readonly range: Required<TimeRange>;
  /** Whose requests alone may be seen; null for everybody's. */
  readonly owner: string | null;
  readonly maxGroups: number;
}

export interface SummarySums {
  /** Undefined when there is no request. */
  readonly totals: FiguresRow | undefined;
  readonly groups: GroupRow[];
}

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
const SUMS = ['requests', 'errors', ...TOKENS, 'unpriced_requests'];
const HISTOGRAMS = ['latency_ms', 'time_to_first_token_ms'] as const;
const FACTS = [...SUMS, 'cost_nano_usd', ...HISTOGRAMS];

// Counts come as double precision, exact to 2^53, because node-postgres makes strings of bigint.
const FIGURES = `
  ${SUMS.map((column) => `sum(${column})::float8 AS ${column}`).join(', ')},
  sum(${TOKENS.join(' + ')})::float8 AS total_tokens,
  sum(cost_nano_usd)::text AS cost_nano_usd`;

/** @param grouping null for totals alone */
export async function sumUp(
  select: ReportQuery,
  question: SummaryQuestion,
  grouping: Grouping | null,
): Promise<SummarySums> {
  const { parts, values } = factsFor(question, grouping);
  const { byTime = false, shown = (group: string) => group } = grouping
    ? GROUPING_SQL[grouping]
    : {};
  const order = byTime ? 'key' : 'requests DESC, key';
  // The empty grouping set is the total over all groups, also over those beyond the limit.
  const rows = await select<GroupRow & { is_total: boolean }>(
    `SELECT grouping(key) = 1 AS is_total, ${shown('key')} AS "group", max(name) AS name, ${FIGURES}
     FROM (${union(parts)}) AS fact GROUP BY GROUPING SETS ((key), ())
     HAVING count(*) > 0
     ORDER BY 1 DESC, ${order} LIMIT ${question.maxGroups + 1}`,
    values,
  );
  const histograms = await select<HistogramRow>(
    `SELECT ${shown('key')} AS "group", measure, histogram FROM (${histogramsOf(parts)}) AS measured`,
    values,
  );
  return assemble(rows, histograms);
}

/** Taking histograms apart and adding them up takes PostgreSQL ten times as long as reading those that are added up already. */
function histogramsOf(parts: readonly Part[]): string {
  const [summed, others] = [true, false].map((is) => parts.filter((part) => part.isSummed === is));
  return [
    ...(summed!.length > 0
      ? HISTOGRAMS.map(
          (column) =>
            `SELECT key, '${column}' AS measure, to_json(${column}) AS histogram FROM (${union(summed!)}) AS fact`,
        )
      : []),
    ...(others!.length > 0
      ? [
          `SELECT key, measure, json_object_agg(bucket, count) AS histogram
           FROM (
             SELECT key, measure, element >> 32 AS bucket, sum(element & 4294967295) AS count
             FROM (${union(others!)}) AS fact, LATERAL (${ELEMENTS}) AS elements
             GROUP BY 1, 2, 3
           ) AS buckets
           GROUP BY key, measure`,
        ]
      : []),
  ].join(' UNION ALL ');
}

function union(parts: readonly Part[]): string {
  return parts.map(({ sql }) => sql).join(' UNION ALL ');
}

const ELEMENTS = HISTOGRAMS.map(
  (column) => `SELECT '${column}' AS measure, unnest(${column}) AS element`,
).join(' UNION ALL ');

interface HistogramRow {
  readonly group: string | null;
  readonly measure: (typeof HISTOGRAMS)[number];
  readonly histogram: Histogram | HistogramElements;
}

/** Rows that count each request once in its group, with the columns of sums. */
interface Part {
  readonly sql: string;
  /** One row for each group and time: there is little to add up. */
  readonly isSummed: boolean;
}

/** Sums by everything at once, of which any part can be asked for. */
const COMBINED = { records: 'usage_facts', hours: 'usage_hourly', days: 'usage_daily' };
/** Sums by one thing at a time: far fewer rows, for questions about the whole. */
const GROUPED = { hours: 'usage_hourly_groups', days: 'usage_daily_groups' };

function factsFor(
  { query, range, owner }: SummaryQuestion,
  grouping: Grouping | null,
): { parts: Part[]; values: unknown[] } {
  const {
    group,
    name = 'NULL::text',
    byTime = false,
  } = grouping ? GROUPING_SQL[grouping] : { group: 'NULL::text', byTime: true };
  const counted = countedRows(grouping, query.tag !== undefined);
  const heading = headingFor(query, owner, byTime ? 'all' : grouping!);
  const columns = FACTS.join(', ');
  const values: unknown[] = [];
  const spans = timeSpans(range.from, range.to, grouping === 'hour' ? 'hour' : 'day');
  const parts = spans.map(({ source, from, to }) => {
    const isGrouped = heading !== null && source !== 'records';
    const conditions = isGrouped
      ? new UsageConditions(values)
          .and('grouping = ?', heading.name)
          .and('"group" = ?', heading.group)
      : UsageConditions.forFacts(query, owner, values);
    const { where } = conditions.and('at >= ?', from.toISOString()).and('at < ?', to.toISOString());
    const own = `${group} AS key, ${name} AS name`;
    const sql = isGrouped
      ? `SELECT ${byTime ? own : '"group" AS key, name'}, ${columns} FROM ${GROUPED[source]} ${where}`
      : `SELECT ${own}, ${columns} FROM ${COMBINED[source]} ${where} AND ${counted}`;
    return { sql, isSummed: isGrouped && byTime };
  });
  return { parts, values };
}

function assemble(
  rows: readonly (GroupRow & { is_total: boolean })[],
  histograms: readonly HistogramRow[],
): SummarySums {
  const ofGroup = Map.groupBy(histograms, ({ group, measure }) => `${measure} ${group}`);
  const ofMeasure = Map.groupBy(histograms, ({ measure }) => measure);
  const [totals] = rows.filter(({ is_total: isTotal }) => isTotal);
  return {
    totals: totals && { ...totals, ...measures((measure) => ofMeasure.get(measure)) },
    groups: rows
      .filter(({ is_total: isTotal }) => !isTotal)
      .map((row) => ({ ...row, ...measures((measure) => ofGroup.get(`${measure} ${row.group}`)) })),
  };
}

function measures(
  rowsOf: (measure: (typeof HISTOGRAMS)[number]) => readonly HistogramRow[] | undefined,
): Pick<FiguresRow, (typeof HISTOGRAMS)[number]> {
  const whole = (measure: (typeof HISTOGRAMS)[number]): Histogram =>
    mergeHistograms((rowsOf(measure) ?? []).map(({ histogram }) => histogram));
  return {
    latency_ms: whole('latency_ms'),
    time_to_first_token_ms: whole('time_to_first_token_ms'),
  };
}
