import { open, type FileHandle } from 'node:fs/promises';
import { readLines, type JournalLine } from './journal-line.js';
import type { Segment } from './segment.js';

export const CHUNK_BYTES = 262_144;

export interface Chunk {
  readonly lines: readonly JournalLine[];
  /** Where the line behind these begins. */
  readonly nextOffset: number;
  readonly damagedBytes: number;
}

/** Reads a segment from its beginning, also while it grows, a piece at a time: a backlog of hours stays on the disk. */
export class SegmentReader {
  private constructor(
    readonly segment: Segment,
    private readonly file: FileHandle,
  ) {}

  static async open(segment: Segment): Promise<SegmentReader> {
    return new SegmentReader(segment, await open(segment.path));
  }

  /** The whole lines from `offset` on, about `CHUNK_BYTES` of them; none at the end, or when the last one is torn. */
  async read(offset: number): Promise<Chunk> {
    for (let most = CHUNK_BYTES; ; most *= 2) {
      const left = this.segment.bytes - offset;
      // Most often there is little to read or nothing, and a buffer for more would be garbage of its own.
      const size = Math.min(most, left);
      const { buffer, bytesRead } = await this.file.read(Buffer.allocUnsafe(size), 0, size, offset);
      const { lines, consumedBytes, damagedBytes } = readLines(buffer.subarray(0, bytesRead));
      // A line that is longer than the chunk has not been seen to its end.
      if (consumedBytes === 0 && bytesRead === most) continue;
      return { lines, nextOffset: offset + consumedBytes, damagedBytes };
    }
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

/** Every whole line of a segment, in order, chunk by chunk. */
export async function* readSegment(segment: Segment): AsyncGenerator<Chunk> {
  const reader = await SegmentReader.open(segment);
  try {
    for (let offset = 0; ;) {
      const chunk = await reader.read(offset);
      if (chunk.nextOffset === offset) return;
      yield chunk;
      offset = chunk.nextOffset;
    }
  } finally {
    await reader.close();
  }
}
