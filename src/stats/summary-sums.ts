import type { SummaryQueryDto } from './dto/summary-query.dto.js';
import type { FiguresRow, GroupRow } from './dto/summary.dto.js';
import { countedRows, GROUPING_SQL, type Grouping } from './grouping.js';
import { mergeHistograms, type Histogram } from './histogram.js';
import type { ReportQuery } from './report-database.js';
import { timeSpans } from './time-spans.js';
import { UsageConditions, type TimeRange } from './usage-conditions.js';

export interface SummaryQuestion {
  readonly query: SummaryQueryDto;
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
  const { facts, values } = factsFor(question, grouping);
  const { byTime = false, shown = (group: string) => group } = grouping
    ? GROUPING_SQL[grouping]
    : {};
  const order = byTime ? 'key' : 'requests DESC, key';
  // The empty grouping set is the total over all groups, also over those beyond the limit.
  const rows = await select<GroupRow & { is_total: boolean }>(
    `SELECT grouping(key) = 1 AS is_total, ${shown('key')} AS "group", max(name) AS name, ${FIGURES}
     FROM (${facts}) AS fact GROUP BY GROUPING SETS ((key), ())
     HAVING count(*) > 0
     ORDER BY 1 DESC, ${order} LIMIT ${question.maxGroups + 1}`,
    values,
  );
  const histograms = await select<HistogramRow>(
    `SELECT ${shown('key')} AS "group", measure, json_object_agg(bucket, count) AS histogram
     FROM (
       SELECT key, measure, element >> 32 AS bucket, sum(element & 4294967295) AS count
       FROM (${facts}) AS fact, LATERAL (${ELEMENTS}) AS elements
       GROUP BY 1, 2, 3
     ) AS buckets
     GROUP BY key, measure`,
    values,
  );
  return assemble(rows, histograms);
}

const ELEMENTS = HISTOGRAMS.map(
  (column) => `SELECT '${column}' AS measure, unnest(${column}) AS element`,
).join(' UNION ALL ');

interface HistogramRow {
  readonly group: string | null;
  readonly measure: (typeof HISTOGRAMS)[number];
  readonly histogram: Histogram;
}

/** Sums by everything at once, of which any part can be asked for. */
const COMBINED = { records: 'usage_facts', hours: 'usage_hourly', days: 'usage_daily' };
/** Sums by one thing at a time: far fewer rows, for questions about the whole. */
const GROUPED = { hours: 'usage_hourly_groups', days: 'usage_daily_groups' };

/** Rows that count each request once in its group, with the columns of sums. */
function factsFor(
  { query, range, owner }: SummaryQuestion,
  grouping: Grouping | null,
): { facts: string; values: unknown[] } {
  const {
    group,
    name = 'NULL::text',
    byTime = false,
  } = grouping ? GROUPING_SQL[grouping] : { group: 'NULL::text', byTime: true };
  const counted = countedRows(grouping, query.tag !== undefined);
  const heading = headingFor({ query, owner }, byTime ? 'all' : grouping!);
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
    return isGrouped
      ? `SELECT ${byTime ? `${group} AS key, ${name} AS name` : '"group" AS key, name'}, ${columns} FROM ${GROUPED[source]} ${where}`
      : `SELECT ${group} AS key, ${name} AS name, ${columns} FROM ${COMBINED[source]} ${where} AND ${counted}`;
  });
  return { facts: parts.join(' UNION ALL '), values };
}

/** What stands in the sums by one thing at a time. */
interface Heading {
  readonly name: Grouping | 'all';
  /** The only one that is meant. */
  readonly group?: string;
}

/**
 * Where the sums by one thing at a time have the answer: for questions about everything under any heading, and along the time
 * for those about one key, person, account, provider or tag. Null where they have not.
 */
function headingFor(
  { query, owner }: Pick<SummaryQuestion, 'query' | 'owner'>,
  whole: Heading['name'],
): Heading | null {
  const { user_id, key_id, account_id, provider, tag, model, status } = query;
  if (model !== undefined || status !== undefined) return null;
  const named = Object.entries({ owner, user_id, key_id, account_id, provider, tag }).filter(
    ([, group]) => group !== undefined && group !== null,
  ) as [keyof typeof HEADINGS, string][];
  const [only, more] = named;
  if (!only) return { name: whole };
  if (more || whole !== 'all') return null;
  const [field, group] = only;
  // Ids stand there as PostgreSQL writes them.
  return { name: HEADINGS[field], group: field.endsWith('_id') ? group.toLowerCase() : group };
}

const HEADINGS = {
  owner: 'user',
  user_id: 'user',
  key_id: 'key',
  account_id: 'account',
  provider: 'provider',
  tag: 'tag',
} as const satisfies Record<string, Grouping>;

function assemble(
  rows: readonly (GroupRow & { is_total: boolean })[],
  histograms: readonly HistogramRow[],
): SummarySums {
  const ofGroup = new Map(
    histograms.map(({ group, measure, histogram }) => [`${measure} ${group}`, histogram]),
  );
  const total = (measure: string): Histogram =>
    mergeHistograms(
      histograms.filter((row) => row.measure === measure).map(({ histogram }) => histogram),
    );
  const [totals] = rows.filter(({ is_total: isTotal }) => isTotal);
  return {
    totals: totals && { ...totals, ...measures(total) },
    groups: rows
      .filter(({ is_total: isTotal }) => !isTotal)
      .map((row) => ({ ...row, ...measures((measure) => ofGroup.get(`${measure} ${row.group}`)) })),
  };
}

function measures(
  histogramOf: (measure: (typeof HISTOGRAMS)[number]) => Histogram | undefined,
): Pick<FiguresRow, (typeof HISTOGRAMS)[number]> {
  return {
    latency_ms: histogramOf('latency_ms') ?? {},
    time_to_first_token_ms: histogramOf('time_to_first_token_ms') ?? {},
  };
}
