import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Clock } from '../common/clock.js';
import { Logger } from '../common/logger.js';
import type { Duty } from '../common/peers.js';
import { GatewayConfig } from '../config/gateway-config.js';

const DAY_MS = 86_400_000;
const INTERVAL_MS = 3_600_000;
/** Waiting long for a lock would make every writer wait behind us; the next hour comes. */
const LOCK_TIMEOUT = "SET LOCAL lock_timeout = '1s'";
const DELETE_ROWS = 5_000;

/** Forgets usage when its time has come: whole days at once, by dropping their partitions, and what lies elsewhere row by row. */
@Injectable()
export class Retention implements Duty, OnApplicationShutdown {
  private timer: NodeJS.Timeout | null = null;
  private readonly recordDays: number;
  private readonly summaryDays: number;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly logger: Logger,
    { environment }: GatewayConfig,
  ) {
    this.recordDays = environment.USAGE_RETENTION_DAYS;
    this.summaryDays = environment.USAGE_SUMMARY_RETENTION_DAYS;
  }

  /** Begins to look every hour; the first look keeps nobody waiting. */
  begin(): void {
    this.timer ??= setInterval(() => void this.tryForget(), INTERVAL_MS).unref();
    void this.tryForget();
  }

  onApplicationShutdown(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** Several instances may do so at the same time. */
  async forget(): Promise<void> {
    const nowMs = await this.earliestNow();
    const records = dayBefore(nowMs, this.recordDays);
    for (const partition of await this.partitionsBefore(records)) await this.drop(partition);
    // What came without a partition of its own, and what belongs to records.
    await this.deleteBefore('usage_records_default', 'started_at', records);
    await this.deleteBefore('usage_adjustments', 'started_at', records);
    await this.deleteBefore('usage_dead_letters', 'at', records);
    await this.deleteBefore('usage_captures', 'expires_at', new Date(nowMs));
    const summaries = dayBefore(nowMs, Math.max(this.summaryDays, this.recordDays));
    for (const table of ['usage_hourly', 'usage_daily']) {
      await this.deleteBefore(table, 'at', summaries);
      await this.deleteBefore(`${table}_groups`, 'at', summaries);
    }
  }

  private async tryForget(): Promise<void> {
    try {
      await this.forget();
    } catch (error) {
      this.logger.warn('old usage could not be forgotten for now', 'Stats', error);
    }
  }

  /** What is forgotten is gone, and a clock may be wrong: of two the one that forgets less. */
  private async earliestNow(): Promise<number> {
    const [{ now }] = await this.dataSource.query<[{ now: Date }]>('SELECT now()');
    return Math.min(now.getTime(), this.clock.now());
  }

  private async partitionsBefore(time: Date): Promise<string[]> {
    const last = `usage_records_${time.toISOString().slice(0, 10).replaceAll('-', '')}`;
    const rows = await this.dataSource.query<{ name: string }[]>(
      `SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
       WHERE inhparent = 'usage_records'::regclass AND relname ~ '^usage_records_[0-9]{8}$' AND relname < $1
       ORDER BY 1`,
      [last],
    );
    return rows.map(({ name }) => name);
  }

  private async drop(partition: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query(LOCK_TIMEOUT);
      await manager.query(`DROP TABLE IF EXISTS ${partition}`);
    });
    this.logger.log(`forgot ${partition}`, 'Stats');
  }

  /** A few at a time: no statement takes long, and nobody waits behind it. */
  private async deleteBefore(table: string, column: string, time: Date): Promise<void> {
    for (let count = DELETE_ROWS; count === DELETE_ROWS;) {
      [, count] = await this.dataSource.query<[unknown, number]>(
        `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
           SELECT ctid FROM ${table} WHERE ${column} < $1 LIMIT ${DELETE_ROWS}
         ))`,
        [time],
      );
    }
  }
}

/** The start of a day, so that only whole days go. */
function dayBefore(nowMs: number, days: number): Date {
  return new Date((Math.floor(nowMs / DAY_MS) - days) * DAY_MS);
}
