import type { Logger } from '../common/logger.js';
import type { UsageRecord } from './usage-record.js';
import { isRowFault, type RecordWriter } from './usage-writer.js';

export const BATCH_ROWS = 500;
export const SHIP_INTERVAL_MS = 200;
const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 5_000;

/**
 * Brings records to PostgreSQL in batches: when 500 wait or 200 ms have passed, one batch at a time. A record leaves the
 * queue only after it is written, so a failure means trying again, with growing pauses.
 */
export class Shipper {
  private readonly queue: UsageRecord[] = [];
  private timer: NodeJS.Timeout | null = null;
  private shipping: Promise<void> | null = null;
  private pauseMs = 0;
  private stopped = false;

  constructor(
    private readonly writer: RecordWriter,
    private readonly logger: Logger,
  ) {}

  /** Waiting or being written. */
  get length(): number {
    return this.queue.length;
  }

  add(record: UsageRecord): void {
    this.queue.push(record);
    this.arrange();
  }

  /** No more tries by itself. */
  stop(): void {
    this.stopped = true;
    this.cancelTimer();
  }

  /** Writes what waits now; rejects with the first failure that is no row's fault. */
  async shipAll(): Promise<void> {
    await this.shipping?.catch(() => {});
    this.cancelTimer();
    await this.ship(1);
  }

  private arrange(): void {
    // After a failure only the timer tries again; a full batch would otherwise hammer a database that is down.
    if (this.stopped || this.shipping || this.queue.length === 0) return;
    if (this.queue.length >= BATCH_ROWS && this.pauseMs === 0) {
      this.cancelTimer();
      this.start();
    } else if (this.timer === null) {
      this.timer = setTimeout(() => this.start(), this.pauseMs || SHIP_INTERVAL_MS);
    }
  }

  private start(): void {
    this.timer = null;
    void this.ship(BATCH_ROWS).catch((error: unknown) => {
      this.logger.warn(
        `${this.queue.length} usage records wait for the database`,
        'Stats',
        error as Error,
      );
    });
  }

  /** @param atLeast goes on while so many wait */
  private ship(atLeast: number): Promise<void> {
    this.shipping ??= this.shipBatches(atLeast).finally(() => {
      this.shipping = null;
      this.arrange();
    });
    return this.shipping;
  }

  private async shipBatches(atLeast: number): Promise<void> {
    try {
      do {
        const batch = this.queue.slice(0, BATCH_ROWS);
        if (batch.length) await this.write(batch);
        this.queue.splice(0, batch.length);
        this.pauseMs = 0;
      } while (this.queue.length >= atLeast);
    } catch (error) {
      this.pauseMs = Math.min(this.pauseMs * 2 || FIRST_PAUSE_MS, MAX_PAUSE_MS);
      throw error;
    }
  }

  /** Halves a batch that PostgreSQL refuses until the bad row is alone, so that its neighbours are not lost with it. */
  private async write(batch: readonly UsageRecord[]): Promise<void> {
    try {
      await this.writer.write(batch);
    } catch (error) {
      if (!isRowFault(error)) throw error;
      if (batch.length === 1) {
        this.logger.error(`usage record ${batch[0]!.id} set aside`, 'Stats', error as Error);
        await this.writer.setAside(batch[0]!, error);
        return;
      }
      const middle = batch.length >> 1;
      await this.write(batch.slice(0, middle));
      await this.write(batch.slice(middle));
    }
  }

  private cancelTimer(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }
}
