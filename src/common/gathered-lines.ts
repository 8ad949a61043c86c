export interface GatheredLinesOptions {
  /** Bytes that are written in one piece, unless one line alone is longer. */
  readonly maxBytes: number;
  readonly delayMs: number;
}

/**
 * Lines that wait for their neighbours, so that many are one write: until they fill a piece or the delay is over. What pino's own
 * destination does, but that one measures all that waits anew with each line.
 */
export class GatheredLines {
  private text = '';
  private bytes = 0;
  private timer: NodeJS.Timeout | null = null;

  /** @param put writes to the end before it returns */
  constructor(
    private readonly put: (text: string) => void,
    private readonly options: GatheredLinesOptions,
  ) {}

  write(line: string): void {
    const length = Buffer.byteLength(line);
    if (this.bytes + length > this.options.maxBytes) this.flush();
    this.text += line;
    this.bytes += length;
    this.timer ??= setTimeout(() => this.flush(), this.options.delayMs).unref();
  }

  flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const { text } = this;
    this.text = '';
    this.bytes = 0;
    if (text !== '') this.put(text);
  }
}
