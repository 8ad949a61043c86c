import { UnavailableError } from '../common/gateway-error.js';

export interface QueueLimits {
  running: number;
  waiting: number;
}

/** Runs a few tasks at a time, lets a few more wait in order, and refuses the rest at once. */
export class BoundedQueue {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly limits: QueueLimits) {}

  /** Throws UnavailableError when no place is left. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await task();
    } finally {
      this.leave();
    }
  }

  private enter(): Promise<void> | void {
    if (this.running < this.limits.running) {
      this.running++;
      return;
    }
    if (this.waiting.length >= this.limits.waiting) {
      throw new UnavailableError('too many logins at the same time, try again shortly');
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Hands the place to the next in line, so that nobody who comes now can take it first. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running--;
  }
}
