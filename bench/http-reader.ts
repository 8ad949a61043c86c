/** What is read off a connection, in order. */
export interface MessageSink {
  /** Start line and headers in lower case, without the blank line. */
  head(head: string): void;
  body(bytes: Buffer): void;
  end(): void;
}

const NOTHING: Buffer = Buffer.alloc(0);

type Reading = 'head' | 'length' | 'chunk';
const HEAD_END = '\r\n\r\n';
const LINE_END = '\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/;

/**
 * Reads HTTP/1.1 messages of one direction of a connection. Only what well-behaved peers send, because a full parser in the
 * load generator and the upstream would cost more than the relays that are measured.
 */
export class MessageReader {
  private readonly sink: MessageSink;
  private rest = NOTHING;
  private reading: Reading = 'head';
  private remaining = 0;

  constructor(sink: MessageSink) {
    this.sink = sink;
  }

  push(chunk: Buffer): void {
    const bytes = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    let at = 0;
    while (at < bytes.length) {
      const next = this.step(bytes, at);
      if (next === -1) break;
      at = next;
    }
    this.rest = at === bytes.length ? NOTHING : bytes.subarray(at);
  }

  /** Where to go on; -1 when more is needed. */
  private step(bytes: Buffer, at: number): number {
    if (this.reading === 'head') return this.readHead(bytes, at);
    return this.reading === 'length' ? this.readLength(bytes, at) : this.readChunk(bytes, at);
  }

  private readHead(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(HEAD_END, at);
    if (end === -1) return -1;
    const head = bytes.toString('latin1', at, end).toLowerCase();
    this.sink.head(head);
    if (head.includes('\r\ntransfer-encoding: chunked')) {
      this.reading = 'chunk';
    } else {
      this.remaining = Number(LENGTH.exec(head)?.[1] ?? 0);
      this.reading = 'length';
      if (this.remaining === 0) this.finish();
    }
    return end + HEAD_END.length;
  }

  private readLength(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.remaining);
    this.remaining -= end - at;
    this.sink.body(bytes.subarray(at, end));
    if (this.remaining === 0) this.finish();
    return end;
  }

  /** A chunk is passed on when it is whole; the last one is empty. */
  private readChunk(bytes: Buffer, at: number): number {
    const lineEnd = bytes.indexOf(LINE_END, at);
    if (lineEnd === -1) return -1;
    const start = lineEnd + LINE_END.length;
    const end = start + parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (bytes.length < end + LINE_END.length) return -1;
    if (end > start) this.sink.body(bytes.subarray(start, end));
    else this.finish();
    return end + LINE_END.length;
  }

  private finish(): void {
    this.reading = 'head';
    this.sink.end();
  }
}
