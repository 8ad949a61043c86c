import { Injectable } from '@nestjs/common';
import { ownerFilter, type Principal } from '../access/principal.js';
import { Clock } from '../common/clock.js';
import { InvalidRequestError } from '../common/gateway-error.js';
import type { SummaryQuery } from './dto/summary-query.dto.js';
import { FiguresDto, GroupDto, NO_FIGURES, SummaryDto } from './dto/summary.dto.js';
import { ReportDatabase } from './report-database.js';
import { sumUp } from './summary-sums.js';
import { timeRange, type TimeRange } from './usage-conditions.js';

const DAY_MS = 86_400_000;
const MAX_RANGE_DAYS = 400;
/** As many hours as the longest range has. */
const MAX_GROUPS = MAX_RANGE_DAYS * 24 + 1;

@Injectable()
export class SummaryService {
  constructor(
    private readonly database: ReportDatabase,
    private readonly clock: Clock,
  ) {}

  async summarise(principal: Principal, query: SummaryQuery): Promise<SummaryDto> {
    const range = this.rangeOf(query);
    const question = { query, range, owner: ownerFilter(principal), maxGroups: MAX_GROUPS + 1 };
    return this.database.read(async (select) => {
      const sums = await sumUp(select, question, query.group_by);
      // Not the sum of its groups: a request with two tags is in two of them.
      const { totals } = query.group_by === 'tag' ? await sumUp(select, question, null) : sums;
      return {
        ...range,
        group_by: query.group_by,
        totals: FiguresDto.from(totals ?? NO_FIGURES),
        data: sums.groups.slice(0, MAX_GROUPS).map((row) => GroupDto.from(row)),
        truncated: sums.groups.length > MAX_GROUPS,
      };
    });
  }

  private rangeOf(query: SummaryQuery): Required<TimeRange> {
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
