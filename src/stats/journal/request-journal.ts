import { join } from 'node:path';
import type { AppendFile } from './append-file.js';
import { DiskReserve } from './disk-reserve.js';
import { Journal } from './journal.js';
import { RequestsUnderWay, type RequestUnderWay } from './requests-under-way.js';
import type { Segment } from './segment.js';

export interface RequestJournalOptions {
  readonly directory: string;
  /** The space it may take; it takes a little more rather than to lose an end. */
  readonly maxBytes: number;
  readonly commitIntervalMs: number;
  readonly openFile?: (path: string) => AppendFile;
  /** Told of every end that is written. */
  onEnd(): void;
  /** Told of a disk that does not take or keep something. */
  onFailure(error: Error): void;
}

const RETRY_MS = 250;
const SEGMENT_BYTES = 4_194_304;
/** For the ends of as many requests as may be in flight. */
const RESERVE_BYTES = 2_097_152;

/**
 * The begins and ends of requests in a journal, and what is to be done when the disk is full: nothing begins any more, what has
 * begun ends in the space that was held back for it.
 */
export class RequestJournal {
  readonly lines: Journal;
  /** What earlier processes left. */
  readonly old: readonly Segment[];
  private readonly open = new RequestsUnderWay();
  /** Ended, with a begin record on a disk that takes no more for now. As many at most as may be in flight. */
  private readonly unwritten = new Map<string, string>();
  private readonly reserve: DiskReserve;
  /** Not needed any more, but not removed yet. */
  private finished: Segment[] = [];
  private removing: Promise<void> = Promise.resolve();
  private retry: NodeJS.Timeout | null = null;

  constructor(private readonly options: RequestJournalOptions) {
    // A segment is the smallest piece of space that can be given back.
    const piece = Math.floor(options.maxBytes / 8);
    this.lines = new Journal({
      ...options,
      segmentBytes: Math.min(SEGMENT_BYTES, piece),
      onSyncFailure: (error) => options.onFailure(error),
    });
    this.old = [...this.lines.segments];
    this.reserve = new DiskReserve(
      join(options.directory, 'reserve'),
      Math.min(RESERVE_BYTES, piece),
    );
  }

  /** Ended, and in memory only. */
  get waiting(): number {
    return this.unwritten.size;
  }

  get isDiskFull(): boolean {
    return this.reserve.isLost;
  }

  /** JSON of the begin records of requests that have not ended. */
  get openRequests(): string[] {
    return [...this.open].filter(({ id }) => !this.unwritten.has(id)).map(({ json }) => json);
  }

  isOpen(id: string): boolean {
    return this.open.has(id);
  }

  /** Throws what the disk says, and has then written nothing. */
  begin(id: string, json: string): void {
    try {
      if (!this.reserve.isHeld && !this.reserve.take()) throw new Error('no space is left');
      this.open.add({ id, json, segment: this.lines.append('B', id, json) });
    } catch (error) {
      this.failed(error as Error);
      throw error;
    }
  }

  /** Takes up what an earlier process has begun, so that it is kept until its end is written. */
  resume(request: RequestUnderWay): void {
    this.open.add(request);
  }

  /** Never throws: the end of what has begun is kept until the disk takes it. */
  end(id: string, json: string): void {
    try {
      this.write(id, json);
    } catch (error) {
      this.failed(error as Error);
      if (!this.open.has(id)) return;
      this.unwritten.set(id, json);
      this.writeWaiting();
    }
  }

  /** What is in the database may go; requests that are still open take their begin record along. */
  remove(segments: readonly Segment[]): Promise<void> {
    this.finished.push(...segments);
    // One after the other: while one waits for the disk, the other would remove the same segments.
    const removal = this.removing.then(() => this.removeFinished());
    this.removing = removal.catch(() => {});
    return removal;
  }

  /** @param isEmpty whether all of it is safe elsewhere */
  async close(isEmpty: boolean): Promise<void> {
    if (this.retry) clearTimeout(this.retry);
    await this.removing;
    await this.lines.close();
    if (isEmpty) await this.lines.clear();
    this.reserve.remove();
  }

  private async removeFinished(): Promise<void> {
    if (this.finished.length === 0) return;
    const removable = this.finished.filter((segment) => this.carryOver(segment));
    await this.lines.sync();
    for (const segment of removable) await this.lines.remove(segment);
    this.finished = this.finished.filter((segment) => !removable.includes(segment));
  }

  private carryOver(segment: Segment): boolean {
    try {
      for (const request of this.open) {
        if (request.segment !== segment) continue;
        request.segment = this.lines.append('B', request.id, request.json);
      }
      return true;
    } catch (error) {
      this.failed(error as Error);
      return false;
    }
  }

  private write(id: string, json: string): void {
    this.lines.append('E', id, json);
    // Only now: until then its begin record is all there is on the disk.
    this.open.delete(id);
    this.options.onEnd();
  }

  private failed(error: Error): void {
    this.options.onFailure(error);
    this.reserve.giveUp();
    this.retry ??= setTimeout(this.recover, RETRY_MS);
  }

  private readonly recover = (): void => {
    this.retry = null;
    this.writeWaiting();
    void this.remove([]).catch((error: unknown) => this.options.onFailure(error as Error));
    if (this.unwritten.size > 0 || !this.reserve.take()) {
      this.retry ??= setTimeout(this.recover, RETRY_MS);
    }
  };

  private writeWaiting(): void {
    try {
      for (const [id, json] of this.unwritten) {
        this.write(id, json);
        this.unwritten.delete(id);
      }
    } catch (error) {
      this.options.onFailure(error as Error);
    }
  }
}
