import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ForUsers } from '../access/audience.js';
import { CurrentPrincipal, type Principal } from '../access/principal.js';
import { UuidParam } from '../common/uuid-param.js';
import { RequestDetailDto, RequestPageDto } from './dto/request.dto.js';
import { RequestsQuery } from './dto/requests-query.dto.js';
import { SummaryQuery } from './dto/summary-query.dto.js';
import { SummaryDto } from './dto/summary.dto.js';
import { toCsv } from './requests-csv.js';
import { RequestsService } from './requests.service.js';
import { SummaryService } from './summary.service.js';

const CSV = {
  type: 'text/csv; charset=utf-8',
  disposition: 'attachment; filename="requests.csv"',
};

/** What was used and what it cost: people see their own keys' requests, administrators all. */
@ApiTags('Usage')
@ForUsers()
@Controller('api/stats')
export class StatsController {
  constructor(
    private readonly summaries: SummaryService,
    private readonly requests: RequestsService,
  ) {}

  /** Requests, errors, tokens, cost and percentiles, in total and by group. */
  @Get('summary')
  summary(
    @CurrentPrincipal() principal: Principal,
    @Query() query: SummaryQuery,
  ): Promise<SummaryDto> {
    return this.summaries.summarise(principal, query);
  }

  /** Usage records, newest first; a record appears about half a second after its request ended. */
  @Get('requests')
  @ApiOkResponse({ type: RequestPageDto })
  list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: RequestsQuery,
  ): Promise<RequestPageDto | StreamableFile> {
    return query.format === 'csv'
      ? this.export(principal, query)
      : this.requests.list(principal, query);
  }

  /** One record with every attempt and the reasons of the routing decision. */
  @Get('requests/:id')
  find(
    @CurrentPrincipal() principal: Principal,
    @UuidParam() id: string,
  ): Promise<RequestDetailDto> {
    return this.requests.find(principal, id);
  }

  private async export(principal: Principal, query: RequestsQuery): Promise<StreamableFile> {
    const batches = this.requests.all(principal, query);
    return new StreamableFile(Readable.from(toCsv(await begun(batches))), CSV);
  }
}

/** Reads the first item now, so that what is wrong with the query becomes an answer of its own and not a broken file. */
async function begun<Item>(items: AsyncGenerator<Item>): Promise<AsyncIterable<Item>> {
  const first = await items.next();
  return (async function* () {
    if (!first.done) yield first.value;
    yield* items;
  })();
}
