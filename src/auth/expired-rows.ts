import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Clock } from '../common/clock.js';
import { FORGET_AFTER_MS } from './throttle-rule.js';

const INTERVAL_MS = 60_000;
const BATCH = 500;

/** Removes what has run out, a bounded piece at a time, when somebody logs in: no timer, and no long locks. */
@Injectable()
export class ExpiredRows {
  private lastMs = -Infinity;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Does nothing within a minute of the last time. */
  async purge(): Promise<void> {
    if (this.clock.monotonic() - this.lastMs < INTERVAL_MS) return;
    this.lastMs = this.clock.monotonic();
    const now = this.clock.now();
    await this.dataSource.query(
      `DELETE FROM sessions WHERE id IN (
         SELECT id FROM sessions WHERE expires_at < $1 ORDER BY expires_at
         LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`,
      [new Date(now)],
    );
    await this.dataSource.query(
      `DELETE FROM login_throttles WHERE subject IN (
         SELECT subject FROM login_throttles WHERE updated_at < $1 ORDER BY updated_at
         LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`,
      [new Date(now - FORGET_AFTER_MS)],
    );
  }
}
