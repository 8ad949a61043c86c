import type { OnApplicationShutdown } from '@nestjs/common';
import { join } from 'node:path';
import { UnavailableError } from '../common/gateway-error.js';
import type { Clock } from '../common/clock.js';
import type { Logger } from '../common/logger.js';
import type { StartupStep } from '../database/database.service.js';
import { DiskReserve } from './journal/disk-reserve.js';
import { Journal, type JournalOptions } from './journal/journal.js';
import { JournalTail } from './journal/journal-tail.js';
import { survey } from './journal/open-requests.js';
import { adoptSegments, type Segment } from './journal/segment.js';
import { Shipper } from './journal/shipper.js';
import { Ledger, type BeginEntry } from './ledger.js';
import { StorageWatch } from './storage-watch.js';
import { unknownEnd } from './unknown-end.js';
import type { UsageRecord } from './usage-record.js';
import { toRowJson } from './usage-row.js';
import type { RowWriter } from './usage-writer.js';

export const FLUSH_TIMEOUT_MS = 5_000;
const FLUSH_RETRY_MS = 250;
const DISK_RETRY_MS = 250;
const SEGMENT_BYTES = 4_194_304;
/** For the ends of as many requests as may be in flight. */
const RESERVE_BYTES = 2_097_152;

export interface JournalLedgerOptions extends Pick<JournalOptions, 'directory' | 'openFile'> {
  /** Journals of processes that are gone, to be taken over. */
  readonly abandoned: readonly string[];
  readonly maxBytes: number;
  readonly commitIntervalMs: number;
  /** Adds what it probably cost to a record with estimated usage. */
  price(record: UsageRecord): UsageRecord;
}

interface OpenRequest {
  readonly entry: BeginEntry;
  readonly json: string;
  /** Where its begin record is. */
  segment: Segment;
}

/**
 * Writes records to a journal on the disk, from which they are brought to PostgreSQL. A killed process loses nothing it has
 * written, a database that is away is waited for as long as there is space, and space that runs out is said before the work
 * is done that could not be recorded.
 */
export class JournalLedger extends Ledger implements StartupStep, OnApplicationShutdown {
  readonly name = 'replay the usage journal';
  private readonly open = new Map<string, OpenRequest>();
  /** Ended, with a begin record on a disk that takes no more for now. As many at most as may be in flight. */
  private readonly unwritten = new Map<string, string>();
  private readonly journal: Journal;
  private readonly shipper: Shipper;
  private readonly watch: StorageWatch;
  private readonly reserve: DiskReserve;
  private readonly oldSegments: readonly Segment[];
  /** In the database, but not removed yet. */
  private finished: Segment[] = [];
  private replaying: Promise<void> | null = null;
  private retry: NodeJS.Timeout | null = null;

  constructor(
    writer: RowWriter,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly options: JournalLedgerOptions,
  ) {
    super();
    for (const directory of options.abandoned) adoptSegments(options.directory, directory);
    this.reserve = new DiskReserve(
      join(options.directory, 'reserve'),
      Math.min(RESERVE_BYTES, Math.floor(options.maxBytes / 8)),
    );
    this.watch = new StorageWatch(options.maxBytes, clock, logger);
    this.journal = new Journal({
      ...options,
      // A segment is the smallest piece of space that can be given back.
      segmentBytes: Math.min(SEGMENT_BYTES, options.maxBytes / 8),
      onSyncFailure: (error) => this.watch.failed(error),
    });
    this.oldSegments = [...this.journal.segments];
    this.shipper = new Shipper(new JournalTail(this.journal, logger), writer, logger, (segments) =>
      this.remove(segments),
    );
  }

  get backlog(): number {
    return this.shipper.backlog + this.unwritten.size;
  }

  get accepting(): boolean {
    return this.watch.hasRoom(this.storedBytes) && !this.reserve.isLost;
  }

  get storedBytes(): number {
    return this.journal.bytes;
  }

  get storedShare(): number {
    return this.storedBytes / this.options.maxBytes;
  }

  begin(entry: BeginEntry): void {
    const json = JSON.stringify(entry);
    try {
      if (!this.reserve.isHeld && !this.reserve.take()) throw new Error('no space is left');
      this.open.set(entry.id, { entry, json, segment: this.journal.append('B', entry.id, json) });
    } catch (cause) {
      this.diskFailed(cause as Error);
      throw new UnavailableError('usage cannot be recorded at the moment', { cause });
    }
  }

  end(record: UsageRecord): void {
    const { id } = record;
    const isBegun = this.open.has(id);
    // What never began cost nothing, and must not take the last space from what did.
    if (!isBegun && !this.accepting) {
      this.watch.refused();
      return;
    }
    const json = toRowJson(record);
    try {
      this.write(id, json);
    } catch (error) {
      this.diskFailed(error as Error);
      if (!isBegun) return;
      this.unwritten.set(id, json);
      this.writeWaiting();
    }
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
      if (this.backlog > 0) await pause(FLUSH_RETRY_MS);
    }
  }

  /** Takes up what earlier processes left. Does not wait for it to be in the database. */
  async run(): Promise<void> {
    this.replaying ??= this.replay();
    await this.replaying;
  }

  /** Runs before the database is closed, because modules end in the reverse order of their dependencies. */
  async onApplicationShutdown(): Promise<void> {
    for (const { entry } of this.open.values()) {
      if (this.unwritten.has(entry.id)) continue;
      this.end(this.options.price(unknownEnd(entry, this.clock.now())));
    }
    await this.flush().catch((error: unknown) => {
      this.logger.warn('usage records stay in the journal until the next start', 'Stats', error);
    });
    if (this.retry) clearTimeout(this.retry);
    await this.journal.close();
    if (this.backlog === 0) this.journal.clear();
    this.reserve.remove();
    await this.shipper.stop();
  }

  private async replay(): Promise<void> {
    const old = [...this.oldSegments];
    const { open, ends } = await survey(old);
    const seenAtMs = old.at(-1)?.writtenAtMs ?? 0;
    for (const json of open.values()) {
      this.end(this.options.price(unknownEnd(JSON.parse(json) as BeginEntry, seenAtMs)));
    }
    if (old.length > 0) {
      this.logger.log('replaying the usage journal', 'Stats', { ends, unknown: open.size });
      await this.journal.sync();
    }
    this.shipper.start(ends);
  }

  /** What is in the database may go; requests that are still open take their begin record along. */
  private async remove(segments: readonly Segment[]): Promise<void> {
    this.finished.push(...segments);
    if (this.finished.length === 0) return;
    const removable = this.finished.filter((segment) => this.carryOver(segment));
    await this.journal.sync();
    for (const segment of removable) this.journal.remove(segment);
    this.finished = this.finished.filter((segment) => !removable.includes(segment));
  }

  private carryOver(segment: Segment): boolean {
    try {
      for (const request of this.open.values()) {
        if (request.segment !== segment) continue;
        request.segment = this.journal.append('B', request.entry.id, request.json);
      }
      return true;
    } catch (error) {
      this.diskFailed(error as Error);
      return false;
    }
  }

  private write(id: string, json: string): void {
    this.journal.append('E', id, json);
    // Only now: until then its begin record is all there is on the disk.
    this.open.delete(id);
    this.shipper.add(1);
  }

  /** What has begun may go on with what the reserve gives free; nothing begins before it is back. */
  private diskFailed(error: Error): void {
    this.watch.failed(error);
    this.reserve.giveUp();
    this.retry ??= setTimeout(this.recover, DISK_RETRY_MS);
  }

  private readonly recover = (): void => {
    this.retry = null;
    this.writeWaiting();
    void this.remove([]);
    if (this.unwritten.size > 0 || !this.reserve.take()) {
      this.retry = setTimeout(this.recover, DISK_RETRY_MS);
    }
  };

  private writeWaiting(): void {
    try {
      for (const [id, json] of this.unwritten) {
        this.write(id, json);
        this.unwritten.delete(id);
      }
    } catch (error) {
      this.watch.failed(error as Error);
    }
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
