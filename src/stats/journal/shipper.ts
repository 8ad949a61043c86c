import type { Logger } from '../../common/logger.js';
import { isRowFault, type RowWriter } from '../usage-writer.js';
import type { EndedRow, JournalTail } from './journal-tail.js';
import type { Segment } from './segment.js';

export const BATCH_ROWS = 500;
export const SHIP_INTERVAL_MS = 200;
const SMALLEST_BATCH_ROWS = 10;
const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 5_000;

/**
 * Brings ended requests from the journal to PostgreSQL in batches: when 500 wait or 200 ms have passed, one batch at a time.
 * A row leaves the journal only after it is written, so a failure means trying again, with growing pauses.
 */
export class Shipper {
  private waiting = 0;
  private batchRows = BATCH_ROWS;
  private timer: NodeJS.Timeout | null = null;
  private shipping: Promise<void> | null = null;
  private pauseMs = 0;
  private isRunning = false;

  /** @param onFinished told of segments that hold nothing any more that is not in the database */
  constructor(
    private readonly tail: JournalTail,
    private readonly writer: RowWriter,
    private readonly logger: Logger,
    private readonly onFinished: (segments: readonly Segment[]) => Promise<void>,
  ) {}

  /** Waiting or being written. */
  get backlog(): number {
    return this.waiting;
  }

  /** So many more rows are in the journal. */
  add(rows: number): void {
    this.waiting += rows;
    this.arrange();
  }

  /** @param rows so many are in the journal from earlier */
  start(rows: number): void {
    this.isRunning = true;
    this.add(rows);
  }

  /** No more tries by itself. */
  async stop(): Promise<void> {
    this.isRunning = false;
    this.cancelTimer();
    await this.shipping?.catch(() => {});
    await this.tail.close();
  }

  /** Writes what waits now; rejects with the first failure that is no row's fault. */
  async shipAll(): Promise<void> {
    await this.shipping?.catch(() => {});
    this.cancelTimer();
    await this.ship(1);
  }

  private arrange(): void {
    // After a failure only the timer tries again; a full batch would otherwise hammer a database that is down.
    if (!this.isRunning || this.shipping || this.waiting === 0) return;
    if (this.waiting >= BATCH_ROWS && this.pauseMs === 0) {
      this.cancelTimer();
      this.try();
    } else if (this.timer === null) {
      this.timer = setTimeout(() => this.try(), this.pauseMs || SHIP_INTERVAL_MS);
    }
  }

  private try(): void {
    this.timer = null;
    void this.ship(BATCH_ROWS).catch((error: unknown) => {
      this.logger.warn(`${this.waiting} usage records wait for the database`, 'Stats', error);
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
        const { waiting } = this;
        const batch = await this.tail.peek(this.batchRows);
        if (batch.length > 0) await this.write(batch);
        // None to be read though some were written: damaged ones, which are reported elsewhere.
        this.waiting -= batch.length || waiting;
        await this.onFinished(this.tail.take(batch.length));
        this.pauseMs = 0;
        this.batchRows = Math.min(this.batchRows * 2, BATCH_ROWS);
      } while (this.waiting >= atLeast);
    } catch (error) {
      this.pauseMs = Math.min(this.pauseMs * 2 || FIRST_PAUSE_MS, MAX_PAUSE_MS);
      // The batch may have been too much for the time a statement has.
      this.batchRows = Math.max(this.batchRows >> 1, SMALLEST_BATCH_ROWS);
      throw error;
    }
  }

  /** Halves a batch that PostgreSQL refuses until the bad row is alone, so that its neighbours are not lost with it. */
  private async write(batch: readonly EndedRow[]): Promise<void> {
    try {
      await this.writer.write(batch);
    } catch (error) {
      if (!isRowFault(error)) throw error;
      if (batch.length === 1) {
        this.logger.error(`usage record ${batch[0]!.id} set aside`, 'Stats', error);
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
