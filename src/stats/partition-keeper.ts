import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type QueryRunner } from 'typeorm';
import { Clock } from '../common/clock.js';
import { Logger } from '../common/logger.js';

const DAY_MS = 86_400_000;
const DAYS_AHEAD = 2;
/** After a failure; meanwhile the default partition takes the rows. */
const RETRY_MS = 60_000;
/** Any number no other lock uses, so that one instance at a time makes partitions. */
const LOCK = 1_307_674_529;

/** Makes the partitions of usage_records for today and the next days, before rows need them. */
@Injectable()
export class PartitionKeeper {
  private readonly made = new Set<string>();
  private nextTry = 0;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Costs nothing when the days are there. Never throws: rows without a partition of their own are not lost. */
  async ensure(): Promise<void> {
    const days = this.comingDays().filter((day) => !this.made.has(day.name));
    if (!days.length || this.clock.monotonic() < this.nextTry) return;
    try {
      for (const day of days) {
        await this.make(day);
        this.made.add(day.name);
      }
    } catch (error) {
      this.nextTry = this.clock.monotonic() + RETRY_MS;
      this.logger.warn('no new usage partition for now', 'Stats', error as Error);
    }
  }

  private comingDays(): Day[] {
    const today = Math.floor(this.clock.now() / DAY_MS) * DAY_MS;
    return Array.from({ length: DAYS_AHEAD + 1 }, (_, offset) => toDay(today + offset * DAY_MS));
  }

  private async make(day: Day): Promise<void> {
    const queryRunner = this.dataSource.createQueryRunner();
    try {
      await queryRunner.startTransaction();
      // Waiting long for a lock would make every writer wait behind us.
      await queryRunner.query("SET LOCAL lock_timeout = '1s'");
      await queryRunner.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
      const [{ found }] = await queryRunner.query('SELECT to_regclass($1) AS found', [day.name]);
      if (found === null) await attach(queryRunner, day);
      await queryRunner.commitTransaction();
    } catch (error) {
      if (queryRunner.isTransactionActive) await queryRunner.rollbackTransaction();
      throw error;
    } finally {
      await queryRunner.release();
    }
  }
}

interface Day {
  name: string;
  from: string;
  to: string;
}

function toDay(startMs: number): Day {
  const from = new Date(startMs).toISOString();
  return {
    name: `usage_records_${from.slice(0, 10).replaceAll('-', '')}`,
    from,
    to: new Date(startMs + DAY_MS).toISOString(),
  };
}

/**
 * ATTACH lets readers and writers of the other days go on, where CREATE … PARTITION OF would lock the whole table. Rows that
 * came too early lie in the default partition and move over first.
 */
async function attach(queryRunner: QueryRunner, { name, from, to }: Day): Promise<void> {
  await queryRunner.query(
    `CREATE TABLE ${name} (LIKE usage_records INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`,
  );
  await queryRunner.query(
    `WITH early AS (
       DELETE FROM usage_records_default WHERE started_at >= $1 AND started_at < $2 RETURNING *
     )
     INSERT INTO ${name} SELECT * FROM early`,
    [from, to],
  );
  await queryRunner.query(
    `ALTER TABLE usage_records ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`,
  );
}
