import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { PoolClient, QueryConfig } from 'pg';
import { DataSource } from 'typeorm';
import { UnavailableError } from '../common/gateway-error.js';
import { GatewayConfig } from '../config/gateway-config.js';

export type ReportQuery = <Row>(sql: string, values: readonly unknown[]) => Promise<Row[]>;

/** PostgreSQL's code for a statement it stopped, as it does at the timeout. */
const QUERY_CANCELED = '57014';
/** The server's timeout comes first and leaves the connection usable. */
const CLIENT_GRACE_MS = 500;

/** Queries that may take longer than a request usually may, on one unchanging view of the data. */
@Injectable()
export class ReportDatabase {
  private readonly timeoutMs: number;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    config: GatewayConfig,
  ) {
    this.timeoutMs = config.environment.DATABASE_REPORT_TIMEOUT_MS;
  }

  async read<Result>(work: (query: ReportQuery) => Promise<Result>): Promise<Result> {
    if (!this.dataSource.isInitialized) throw new UnavailableError('starting');
    const queryRunner = this.dataSource.createQueryRunner();
    try {
      const client = (await queryRunner.connect()) as PoolClient;
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await client.query(`SET LOCAL statement_timeout = ${this.timeoutMs}`);
      try {
        return await work(this.queryOn(client));
      } finally {
        await client.query('ROLLBACK');
      }
    } catch (cause) {
      if ((cause as { code?: unknown }).code !== QUERY_CANCELED) throw cause;
      throw new UnavailableError(
        `the report took longer than ${this.timeoutMs} ms: ask for a shorter time`,
        { cause, shouldRetry: false },
      );
    } finally {
      await queryRunner.release();
    }
  }

  private queryOn(client: PoolClient): ReportQuery {
    return async <Row>(text: string, values: readonly unknown[]): Promise<Row[]> => {
      // The connection's own limit is that of a request; TypeORM has no way to say another.
      const config: QueryConfig & { query_timeout: number } = {
        text,
        values: [...values],
        query_timeout: this.timeoutMs + CLIENT_GRACE_MS,
      };
      return (await client.query(config)).rows as Row[];
    };
  }
}
