import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

/** What was spent, as far as it is written down for good. */
export abstract class SpendSource {
  /**
   * Nano-USD by id; an id that is missing has spent nothing.
   * @param sinceMs wall clock, inclusive; null: from the beginning
   */
  abstract spentSince(
    scope: 'key' | 'user',
    ids: readonly string[],
    sinceMs: number | null,
  ): Promise<ReadonlyMap<string, bigint>>;
}

const COLUMNS = { key: 'api_key_id', user: 'user_id' } as const;

/** From the usage records themselves. */
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
    const column = COLUMNS[scope];
    const rows = await this.dataSource.query<{ id: string; spent: string }[]>(
      `SELECT ${column} AS id, sum(cost_nano_usd)::text AS spent FROM usage_records
       WHERE ${column} = ANY($1::uuid[]) AND ($2::timestamptz IS NULL OR started_at >= $2) AND cost_nano_usd > 0
       GROUP BY 1`,
      [ids, sinceMs === null ? null : new Date(sinceMs)],
    );
    return new Map(rows.map(({ id, spent }) => [id, BigInt(spent)]));
  }
}
