export interface GatheredOptions {
  readonly delayMs: number;
  /** Told of work that failed. The others are done all the same, and nobody else is there to hear of it. */
  onFailure(error: Error): void;
}

/** So many are not kept waiting. */
const MAX_WAITING = 256;

/**
 * Work on many small things that can wait a moment, done for all of them together: the second of two takes a fraction of the
 * first, whose code and data have to come into the processor's caches.
 */
export class Gathered<T> {
  private waiting: T[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly work: (one: T) => void,
    private readonly options: GatheredOptions,
  ) {}

  add(one: T): void {
    this.waiting.push(one);
    if (this.waiting.length >= MAX_WAITING) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), this.options.delayMs);
  }

  /** Now, for somebody who looks or because the process ends. */
  flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const { waiting } = this;
    this.waiting = [];
    for (const one of waiting) {
      try {
        this.work(one);
      } catch (error) {
        this.options.onFailure(error as Error);
      }
    }
  }
}
