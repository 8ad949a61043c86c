import type { Logger } from '../../common/logger.js';
import { isRowFault } from '../usage-writer.js';
import type { Capture } from './capture.js';

export const WRITE_INTERVAL_MS = 500;
export const BATCH = 10;
/** Captures are a help and no account: what does not fit is not kept. */
export const MAX_WAITING = 1_000;
export const MAX_WAITING_BYTES = 33_554_432;

/** Captures on their way to the database: in memory, so many at most, one batch at a time. */
export class CaptureQueue {
  private readonly waiting: Capture[] = [];
  private waitingBytes = 0;
  private writing: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private isStopped = false;

  /** @param write all of them or none; may be repeated with the same ones */
  constructor(
    private readonly write: (captures: readonly Capture[]) => Promise<void>,
    private readonly logger: Logger,
  ) {}

  get bytes(): number {
    return this.waitingBytes;
  }

  add(capture: Capture): void {
    const bytes = sizeOf(capture);
    if (this.waiting.length >= MAX_WAITING || this.waitingBytes + bytes > MAX_WAITING_BYTES) return;
    this.waiting.push(capture);
    this.waitingBytes += bytes;
    this.arrange();
  }

  /** Writes until none waits; rejects with the first failure that is no capture's fault. */
  flush(): Promise<void> {
    this.writing ??= this.writeAll().finally(() => {
      this.writing = null;
      this.arrange();
    });
    return this.writing;
  }

  /** No more tries by itself. */
  stop(): void {
    this.isStopped = true;
    if (this.timer) clearTimeout(this.timer);
  }

  private arrange(): void {
    if (this.isStopped || this.writing || this.waiting.length === 0) return;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.flush().catch((error: unknown) => this.logger.warn('captures wait', 'Stats', error));
    }, WRITE_INTERVAL_MS);
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, BATCH);
      await this.writeBatch(batch);
      this.waiting.splice(0, batch.length);
      for (const capture of batch) this.waitingBytes -= sizeOf(capture);
    }
  }

  /** What PostgreSQL will never take is dropped, so that nothing waits behind it for ever. */
  private async writeBatch(batch: readonly Capture[]): Promise<void> {
    try {
      await this.write(batch);
    } catch (error) {
      if (!isRowFault(error)) throw error;
      if (batch.length > 1) {
        for (const capture of batch) await this.writeBatch([capture]);
      } else {
        this.logger.warn(`the capture of ${batch[0]!.recordId} is dropped`, 'Stats', error);
      }
    }
  }
}

function sizeOf({ request, answer }: Capture): number {
  return request.length + answer.keptBytes;
}
