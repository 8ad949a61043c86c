/**
 * Work on many small things that can wait a moment, done for all of them together: the second of two takes a fraction of the
 * first, whose code and data have to come into the processor's caches.
 */
export class Gathered<T> {
  private waiting: T[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly work: (one: T) => void,
    private readonly delayMs: number,
    /** So many are not kept waiting. */
    private readonly maxCount = 256,
  ) {}

  add(one: T): void {
    this.waiting.push(one);
    if (this.waiting.length >= this.maxCount) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), this.delayMs);
  }

  /** Now, for somebody who looks or because the process ends. */
  flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const { waiting } = this;
    this.waiting = [];
    for (const one of waiting) this.work(one);
  }
}
