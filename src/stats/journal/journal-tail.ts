import type { Logger } from '../../common/logger.js';
import type { Journal } from './journal.js';
import type { Segment } from './segment.js';
import { SegmentReader } from './segment-reader.js';

/** A request that ended: its row of usage_records as JSON. */
export interface EndedRow {
  readonly id: string;
  readonly json: Buffer;
}

/** Rows in the order they were written; between them, where a segment ends. */
type Item = EndedRow | { readonly endOf: Segment };

/**
 * The ended requests of a journal that are not in the database yet, oldest first. Holds a batch and a chunk of them, however
 * many there are on the disk.
 */
export class JournalTail {
  private readonly items: Item[] = [];
  private rows = 0;
  private reader: SegmentReader | null = null;
  private offset = 0;
  /** The last segment that was read to its end. */
  private lastNumber = 0;

  constructor(
    private readonly journal: Journal,
    private readonly logger: Logger,
  ) {}

  /** The next rows, which stay the next until `take`. */
  async peek(maxRows: number): Promise<EndedRow[]> {
    while (this.rows < maxRows && (await this.readOn())) {
      // One chunk more.
    }
    return this.items.filter((item): item is EndedRow => !('endOf' in item)).slice(0, maxRows);
  }

  /** These rows are in the database. Returns the segments of which nothing is left to bring there. */
  take(count: number): Segment[] {
    const finished: Segment[] = [];
    for (let taken = 0; this.items.length > 0; this.items.shift()) {
      const item = this.items[0]!;
      if ('endOf' in item) finished.push(item.endOf);
      else if (++taken > count) break;
    }
    this.rows -= count;
    return finished;
  }

  async close(): Promise<void> {
    await this.reader?.close();
    this.reader = null;
  }

  /** False when there is nothing more for now. */
  private async readOn(): Promise<boolean> {
    const segment = this.reader?.segment ?? this.nextSegment();
    if (!segment) return false;
    this.reader ??= await SegmentReader.open(segment);
    // Asked before reading: what is appended meanwhile belongs to the next round.
    const isClosed = this.journal.isClosed(segment);
    const { lines, nextOffset, damagedBytes } = await this.reader.read(this.offset);
    if (damagedBytes > 0) this.report('error', 'damaged, skipped', segment, damagedBytes);
    if (nextOffset > this.offset) {
      this.offset = nextOffset;
      for (const { kind, id, json } of lines) {
        if (kind !== 'E') continue;
        this.items.push({ id, json });
        this.rows++;
      }
      return true;
    }
    if (!isClosed) return false;
    await this.leave(segment);
    return true;
  }

  private async leave(segment: Segment): Promise<void> {
    // Usual after a kill: the record that was being written.
    const tornBytes = segment.bytes - this.offset;
    if (tornBytes > 0) this.report('warn', 'torn off at the end', segment, tornBytes);
    await this.close();
    this.items.push({ endOf: segment });
    this.lastNumber = segment.number;
    this.offset = 0;
  }

  private nextSegment(): Segment | undefined {
    return this.journal.segments.find(({ number }) => number > this.lastNumber);
  }

  private report(level: 'warn' | 'error', what: string, { path }: Segment, bytes: number): void {
    this.logger[level](`${bytes} bytes of the usage journal are ${what}`, 'Stats', { path });
  }
}
