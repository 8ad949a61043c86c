import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { UnavailableError } from '../common/gateway-error.js';
import { Logger } from '../common/logger.js';
import { Ledger, type BeginEntry } from './ledger.js';
import { Shipper } from './shipper.js';
import { unknownEnd } from './unknown-end.js';
import type { UsageRecord } from './usage-record.js';
import { UsageWriter, type RecordWriter } from './usage-writer.js';

/** Requests in progress and records not yet written, together; about 2 kB each. */
export const LEDGER_CAPACITY = 100_000;
export const FLUSH_TIMEOUT_MS = 5_000;
const FLUSH_RETRY_MS = 250;
const REFUSAL_LOG_INTERVAL_MS = 10_000;

/** Keeps records in memory until they are in PostgreSQL. What has not been written when the process is killed is lost. */
@Injectable()
export class BatchLedger extends Ledger implements OnApplicationShutdown {
  private readonly begun = new Map<string, BeginEntry>();
  private readonly shipper: Shipper;
  private refused = 0;
  private refusalLoggedAt = -Infinity;

  constructor(
    @Inject(UsageWriter) writer: RecordWriter,
    private readonly clock: Clock,
    @Inject(Logger) private readonly logger: Logger,
  ) {
    super();
    this.shipper = new Shipper(writer, logger);
  }

  get backlog(): number {
    return this.shipper.length;
  }

  get accepting(): boolean {
    return this.begun.size + this.shipper.length < LEDGER_CAPACITY;
  }

  begin(entry: BeginEntry): void {
    this.begun.set(entry.id, entry);
  }

  end(record: UsageRecord): void {
    // A begun request keeps its place; refusals have none, and must not fill memory while the database is away.
    if (!this.begun.delete(record.id) && !this.accepting) return this.refuse();
    this.shipper.add(record);
  }

  async flush(): Promise<void> {
    const deadline = this.clock.monotonic() + FLUSH_TIMEOUT_MS;
    while (this.shipper.length > 0) {
      const remainingMs = deadline - this.clock.monotonic();
      if (remainingMs <= 0) {
        throw new UnavailableError(`${this.shipper.length} usage records could not be written`);
      }
      await within(remainingMs, this.shipper.shipAll()).catch(() => pause(FLUSH_RETRY_MS));
    }
  }

  /** Runs before the database is closed, because modules end in the reverse order of their dependencies. */
  async onApplicationShutdown(): Promise<void> {
    for (const entry of this.begun.values()) {
      this.shipper.add(unknownEnd(entry, this.clock.now()));
    }
    this.begun.clear();
    await this.flush().catch((error: unknown) => {
      this.logger.error('usage records lost at shutdown', 'Stats', error as Error);
    });
    this.shipper.stop();
  }

  private refuse(): void {
    this.refused++;
    if (this.clock.monotonic() < this.refusalLoggedAt + REFUSAL_LOG_INTERVAL_MS) return;
    this.refusalLoggedAt = this.clock.monotonic();
    this.logger.error('the usage ledger is full', 'Stats', { refused_records: this.refused });
  }
}

/** Stops waiting, not the work. */
async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
