import { Injectable } from '@nestjs/common';
import { ownerFilter, type Principal } from '../auth/principal.js';
import { Clock } from '../common/clock.js';
import { InvalidRequestError } from '../common/gateway-error.js';
import type { SummaryQueryDto } from './dto/summary-query.dto.js';
import {
  FiguresDto,
  GroupDto,
  SummaryDto,
  type FiguresRow,
  type GroupRow,
} from './dto/summary.dto.js';
import { GROUPING_SQL } from './grouping.js';
import { ReportDatabase } from './report-database.js';
import { timeRange, UsageConditions, type TimeRange } from './usage-conditions.js';

const DAY_MS = 86_400_000;
const MAX_RANGE_DAYS = 400;
/** As many hours as the longest range has. */
const MAX_GROUPS = MAX_RANGE_DAYS * 24 + 1;

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
const TOTAL_TOKENS = TOKENS.map((column) => `${column}::bigint`).join(' + ');
const PERCENTILES = 'percentile_cont(ARRAY[0.5, 0.9, 0.99]) WITHIN GROUP';

// Counts come as double precision, exact to 2^53, because node-postgres makes strings of bigint.
const FIGURES = `
  count(*)::float8 AS requests,
  count(*) FILTER (WHERE end_reason <> 'client_closed'
    AND (status >= 400 OR end_reason <> 'completed'))::float8 AS errors,
  ${TOKENS.map((column) => `coalesce(sum(${column}), 0)::float8 AS ${column}`).join(', ')},
  coalesce(sum(${TOTAL_TOKENS}), 0)::float8 AS total_tokens,
  coalesce(sum(cost_nano_usd), 0)::text AS cost_nano_usd,
  count(*) FILTER (WHERE cost_nano_usd IS NULL AND ${TOTAL_TOKENS} > 0)::float8
    AS unpriced_requests,
  ${PERCENTILES} (ORDER BY latency_ms) AS latency_ms,
  ${PERCENTILES} (ORDER BY time_to_first_token_ms) AS time_to_first_token_ms`;

@Injectable()
export class SummaryService {
  constructor(
    private readonly database: ReportDatabase,
    private readonly clock: Clock,
  ) {}

  async summarise(principal: Principal, query: SummaryQueryDto): Promise<SummaryDto> {
    const range = this.rangeOf(query);
    const { where, values } = UsageConditions.from(query, ownerFilter(principal), range);
    const { group, name = 'NULL::text', join = '', byTime } = GROUPING_SQL[query.group_by];
    return this.database.read(async (select) => {
      // Not the sum of the groups: a request with two tags is in two of them, and percentiles do not add up.
      const [totals] = await select<FiguresRow>(
        `SELECT ${FIGURES} FROM usage_records ${where}`,
        values,
      );
      const groups = await select<GroupRow>(
        `SELECT ${group} AS "group", max(${name}) AS name, ${FIGURES}
         FROM usage_records ${join} ${where}
         GROUP BY 1 ORDER BY ${byTime ? '1' : 'requests DESC, 1'} LIMIT ${MAX_GROUPS + 1}`,
        values,
      );
      return {
        ...range,
        group_by: query.group_by,
        totals: FiguresDto.from(totals!),
        data: groups.slice(0, MAX_GROUPS).map((row) => GroupDto.from(row)),
        truncated: groups.length > MAX_GROUPS,
      };
    });
  }

  private rangeOf(query: SummaryQueryDto): Required<TimeRange> {
    const given = timeRange(query);
    const to = given.to ?? new Date(Math.max(this.clock.now(), (given.from?.getTime() ?? 0) + 1));
    const from = given.from ?? new Date(to.getTime() - DAY_MS);
    if (to.getTime() - from.getTime() > MAX_RANGE_DAYS * DAY_MS) {
      throw new InvalidRequestError(`from: at most ${MAX_RANGE_DAYS} days before to`, {
        param: 'from',
      });
    }
    return { from, to };
  }
}
