import { mkdirSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { openAppendFile, type AppendFile } from './append-file.js';
import { GroupCommit } from './group-commit.js';
import { LineWriter, type LineKind } from './journal-line.js';
import { listSegments, segmentPath, type Segment } from './segment.js';

export interface JournalOptions {
  readonly directory: string;
  /** A segment that has grown so large is followed by the next. */
  readonly segmentBytes: number;
  readonly commitIntervalMs: number;
  readonly openFile?: (path: string) => AppendFile;
  /** Told of a disk that does not keep what it has accepted. */
  onSyncFailure(error: Error): void;
}

/**
 * Lines in files of one directory, which belongs to one process. Appending is one write that does not wait for the disk; a
 * sync follows within some milliseconds for everything written meanwhile.
 */
export class Journal {
  /** Oldest first; the last one may be written to. */
  private readonly files: Segment[];
  private readonly writer = new LineWriter();
  private readonly commit: GroupCommit;
  private readonly openFile: (path: string) => AppendFile;
  private file: AppendFile | null = null;
  /** No longer written to, not yet synced. */
  private full: AppendFile[] = [];
  /** Numbers are not used again while the process lives, whatever was removed. */
  private lastNumber: number;
  private hasNewName = false;
  private totalBytes: number;

  constructor(private readonly options: JournalOptions) {
    this.files = listSegments(options.directory);
    this.totalBytes = this.files.reduce((sum, { bytes }) => sum + bytes, 0);
    this.lastNumber = this.files.at(-1)?.number ?? 0;
    this.openFile = options.openFile ?? openAppendFile;
    this.commit = new GroupCommit(
      () => this.syncFiles(),
      options.commitIntervalMs,
      (error) => options.onSyncFailure(error),
    );
  }

  /** On the disk, of this process and of those before. */
  get bytes(): number {
    return this.totalBytes;
  }

  get segments(): readonly Segment[] {
    return this.files;
  }

  /** Whether nothing more will be written to it. */
  isClosed(segment: Segment): boolean {
    return this.file === null || segment !== this.files.at(-1);
  }

  /** Where the line went. Throws what the disk says, and has then written nothing. */
  append(kind: LineKind, id: string, json: string): Segment {
    const line = this.writer.write(kind, id, json);
    const file = this.fileFor(line.length);
    const segment = this.files.at(-1)!;
    try {
      file.append(line);
    } catch (error) {
      // Should half a line be there after all, nothing may be written behind it.
      if (segment.bytes > 0) this.rotate();
      throw error;
    }
    segment.bytes += line.length;
    this.totalBytes += line.length;
    this.commit.mark();
    return segment;
  }

  /** Resolves when everything appended before is on the disk. */
  sync(): Promise<void> {
    return this.commit.settle();
  }

  /** Deletes everything, when all of it is safe elsewhere. */
  async clear(): Promise<void> {
    while (this.files.length > 0) await this.remove(this.files[0]!);
  }

  /** Deletes a closed segment whose contents are safe elsewhere; one that is gone already is no matter. */
  async remove(segment: Segment): Promise<void> {
    // Off the event loop: giving back the blocks of a large file takes half a millisecond.
    await rm(segment.path, { force: true });
    const at = this.files.indexOf(segment);
    if (at === -1) return;
    this.files.splice(at, 1);
    this.totalBytes -= segment.bytes;
  }

  /** The next append begins a new segment. */
  rotate(): void {
    if (!this.file) return;
    this.full.push(this.file);
    this.file = null;
    this.commit.mark();
  }

  async close(): Promise<void> {
    this.rotate();
    await this.sync();
  }

  private fileFor(bytes: number): AppendFile {
    const last = this.files.at(-1);
    if (this.file && last!.bytes + bytes <= this.options.segmentBytes) return this.file;
    this.rotate();
    const { directory } = this.options;
    // Only now: a gateway that is never called leaves no directory.
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const number = this.lastNumber + 1;
    const path = segmentPath(directory, number);
    this.file = this.openFile(path);
    this.files.push({ path, number, bytes: 0, writtenAtMs: Date.now() });
    this.lastNumber = number;
    this.hasNewName = true;
    return this.file;
  }

  private async syncFiles(): Promise<void> {
    const { full, hasNewName } = this;
    this.full = [];
    this.hasNewName = false;
    try {
      for (const file of full) await file.sync();
      await this.file?.sync();
      if (hasNewName) await syncDirectory(this.options.directory);
    } finally {
      for (const file of full) file.close();
    }
  }
}

/** A name is part of the directory, which is a file of its own. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
