import { setTimeout as sleep } from 'node:timers/promises';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Clock } from '../common/clock.js';
import { UnavailableError } from '../common/gateway-error.js';
import type { Logger } from '../common/logger.js';
import { within } from '../common/within.js';
import type { StartupStep } from '../database/database.service.js';
import { JournalTail } from './journal/journal-tail.js';
import { survey } from './journal/open-requests.js';
import { RequestJournal, type RequestJournalOptions } from './journal/request-journal.js';
import { adoptSegments } from './journal/segment.js';
import { Shipper } from './journal/shipper.js';
import { Ledger, type BeginEntry } from './ledger.js';
import { StorageWatch } from './storage-watch.js';
import { unknownEnd } from './unknown-end.js';
import type { UsageRecord } from './usage-record.js';
import { toRowJson } from './usage-row.js';
import type { RowWriter } from './usage-writer.js';

export const FLUSH_TIMEOUT_MS = 5_000;
const FLUSH_RETRY_MS = 250;

export interface JournalLedgerOptions extends Omit<RequestJournalOptions, 'onEnd' | 'onFailure'> {
  /** Journals of processes that are gone, to be taken over. */
  readonly abandoned: readonly string[];
  /** Adds what it probably cost to a record with estimated usage. */
  price(record: UsageRecord): UsageRecord;
}

/**
 * Writes records to a journal on the disk, from which they are brought to PostgreSQL. A killed process loses nothing it has
 * written, a database that is away is waited for as long as there is space, and space that runs out is said before the work
 * is done that could not be recorded.
 */
export class JournalLedger extends Ledger implements StartupStep, OnApplicationShutdown {
  readonly name = 'replay the usage journal';
  private readonly journal: RequestJournal;
  private readonly shipper: Shipper;
  private readonly watch: StorageWatch;
  private replaying: Promise<void> | null = null;

  constructor(
    writer: RowWriter,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly options: JournalLedgerOptions,
  ) {
    super();
    for (const directory of options.abandoned) adoptSegments(options.directory, directory);
    this.watch = new StorageWatch(options.maxBytes, clock, logger);
    this.journal = new RequestJournal({
      ...options,
      onEnd: () => this.shipper.add(1),
      onFailure: (error) => this.watch.failed(error),
    });
    const tail = new JournalTail(this.journal.lines, logger);
    this.shipper = new Shipper(tail, writer, logger, (segments) => this.journal.remove(segments));
  }

  get backlog(): number {
    return this.shipper.backlog + this.journal.waiting;
  }

  get accepting(): boolean {
    return this.watch.hasRoom(this.storedBytes) && !this.journal.isDiskFull;
  }

  get storedBytes(): number {
    return this.journal.lines.bytes;
  }

  get storedShare(): number {
    return this.storedBytes / this.options.maxBytes;
  }

  begin(entry: BeginEntry): void {
    try {
      this.journal.begin(entry.id, JSON.stringify(entry));
    } catch (cause) {
      throw new UnavailableError('usage cannot be recorded at the moment', { cause });
    }
  }

  end(record: UsageRecord): void {
    // What never began cost nothing, and must not take the last space from what did.
    if (!this.journal.isOpen(record.id) && !this.accepting) this.watch.refused();
    else this.journal.end(record.id, toRowJson(record));
  }

  async flush(): Promise<void> {
    const deadline = this.clock.monotonic() + FLUSH_TIMEOUT_MS;
    while (this.backlog > 0 || this.replaying === null) {
      const remainingMs = deadline - this.clock.monotonic();
      if (remainingMs <= 0) {
        throw new UnavailableError(`${this.backlog} usage records could not be written`);
      }
      const work = this.run().then(() => this.shipper.shipAll());
      await within(remainingMs, work).catch(() => {});
      if (this.backlog > 0) await sleep(FLUSH_RETRY_MS);
    }
  }

  /** Takes up what earlier processes left. Does not wait for it to be in the database. */
  async run(): Promise<void> {
    this.replaying ??= this.replay();
    await this.replaying;
  }

  /** Runs before the database is closed, because modules end in the reverse order of their dependencies. */
  async onApplicationShutdown(): Promise<void> {
    this.endAsUnknown(this.journal.openRequests, this.clock.now());
    await this.flush().catch((error: unknown) => {
      this.logger.warn('usage records stay in the journal until the next start', 'Stats', error);
    });
    await this.journal.close(this.backlog === 0);
    await this.shipper.stop();
  }

  private async replay(): Promise<void> {
    const { old, lines } = this.journal;
    const { open, ends } = await survey(old);
    for (const request of open) this.journal.resume(request);
    const begins = open.map(({ json }) => json);
    this.endAsUnknown(begins, old.at(-1)?.writtenAtMs ?? 0);
    if (old.length > 0) {
      this.logger.log('replaying the usage journal', 'Stats', { ends, unknown: open.length });
      // Before the begin records may go.
      await lines.sync();
    }
    this.shipper.start(ends);
  }

  /** @param seenAtMs wall clock of the last sign of life */
  private endAsUnknown(begins: readonly string[], seenAtMs: number): void {
    for (const json of begins) {
      const entry = JSON.parse(json) as BeginEntry;
      this.journal.end(entry.id, toRowJson(this.options.price(unknownEnd(entry, seenAtMs))));
    }
  }
}
