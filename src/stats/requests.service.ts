import { Injectable } from '@nestjs/common';
import { ownerFilter, type Principal } from '../access/principal.js';
import { NotFoundError } from '../common/gateway-error.js';
import { decodeCursor, toPage, type Page, type PagePosition } from '../common/page.js';
import {
  RequestDetailDto,
  RequestDto,
  type RequestDetailRow,
  type RequestRow,
} from './dto/request.dto.js';
import type { RequestsQuery } from './dto/requests-query.dto.js';
import { ReportDatabase } from './report-database.js';
import { UsageConditions } from './usage-conditions.js';
import { USAGE_COLUMNS } from './usage-row.js';

const DETAIL_COLUMNS = ['attempts', 'decision'];
const LIST_COLUMNS = USAGE_COLUMNS.filter((column) => !DETAIL_COLUMNS.includes(column)).join(', ');
/** What later prices made of the cost. */
const ADJUSTMENT = `(
  SELECT sum(difference_nano_usd)::text FROM usage_adjustments WHERE record_id = usage_records.id
) AS adjustment_nano_usd`;
const EXPORT_ROWS_PER_QUERY = 1_000;

@Injectable()
export class RequestsService {
  constructor(private readonly database: ReportDatabase) {}

  async list(principal: Principal, query: RequestsQuery): Promise<Page<RequestDto>> {
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
    const rows = await this.select(principal, query, after, query.limit + 1);
    return toPage(rows.map(withPosition), query.limit, ({ row }) => RequestDto.from(row));
  }

  /**
   * Every matching record, newest first, a thousand at a time. Each query is short and on its own, so an export that is
   * read slowly holds no connection.
   */
  async *all(principal: Principal, query: RequestsQuery): AsyncGenerator<RequestDto[]> {
    let after: PagePosition | null = null;
    for (;;) {
      const rows: RequestRow[] = await this.select(principal, query, after, EXPORT_ROWS_PER_QUERY);
      yield rows.map((row) => RequestDto.from(row));
      if (rows.length < EXPORT_ROWS_PER_QUERY) return;
      after = withPosition(rows.at(-1)!);
    }
  }

  /** Throws NotFoundError for records of others too. */
  async find(principal: Principal, id: string): Promise<RequestDetailDto> {
    const { where, values } = UsageConditions.from({}, ownerFilter(principal)).and('id = ?', id);
    const [row] = await this.database.read((select) =>
      select<RequestDetailRow>(
        `SELECT ${LIST_COLUMNS}, ${ADJUSTMENT}, ${DETAIL_COLUMNS.join(', ')} FROM usage_records ${where} LIMIT 1`,
        values,
      ),
    );
    if (!row) throw new NotFoundError('no such request');
    return RequestDetailDto.from(row);
  }

  private select(
    principal: Principal,
    query: RequestsQuery,
    after: PagePosition | null,
    limit: number,
  ): Promise<RequestRow[]> {
    const { where, values } = UsageConditions.from(query, ownerFilter(principal)).and(
      '(started_at, id) < (?, ?)',
      after?.createdAt.toISOString(),
      after?.id,
    );
    return this.database.read((select) =>
      select<RequestRow>(
        `SELECT ${LIST_COLUMNS}, ${ADJUSTMENT} FROM usage_records ${where}
         ORDER BY started_at DESC, id DESC LIMIT ${limit}`,
        values,
      ),
    );
  }
}

function withPosition(row: RequestRow): PagePosition & { row: RequestRow } {
  return { row, createdAt: row.started_at, id: row.id };
}
