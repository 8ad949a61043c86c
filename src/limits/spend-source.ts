import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

/** What was spent, as far as it is written down for good. */
export abstract class SpendSource {
  /**
   * Nano-USD by id; an id that is missing has spent nothing.
   * @param sinceMs the beginning of a day of UTC, by the wall clock; null: from the beginning
   */
  abstract spentSince(
    scope: 'key' | 'user',
    ids: readonly string[],
    sinceMs: number | null,
  ): Promise<ReadonlyMap<string, bigint>>;
}

/** From the sums by day, which end where budgets' periods do, and which new prices for the past are part of. */
@Injectable()
export class UsageSpendSource extends SpendSource {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {
    super();
  }

  async spentSince(
    scope: 'key' | 'user',
    ids: readonly string[],
    sinceMs: number | null,
  ): Promise<ReadonlyMap<string, bigint>> {
    const rows = await this.dataSource.query<{ id: string; spent: string }[]>(
      `SELECT "group" AS id, greatest(0, sum(cost_nano_usd))::text AS spent FROM usage_daily_groups
       WHERE grouping = $1 AND "group" = ANY($2::text[]) AND ($3::timestamptz IS NULL OR at >= $3)
       GROUP BY 1`,
      [scope, ids, sinceMs === null ? null : new Date(sinceMs)],
    );
    return new Map(rows.map(({ id, spent }) => [id, BigInt(spent)]));
  }
}
