/** Somebody who waits for an answer. */
interface Waiter {
  readonly sentAt: number;
  giveUp(): void;
}

/** The deadline is this many looks long. */
const LOOKS = 10;
/** However busily the other side answers those before. */
const MAX_DEADLINES = 5;

/**
 * Gives up waiting when the other side has been silent for a deadline. Time is counted in looks at the clock, not read off it: a
 * process that was held up, and could neither send nor hear, looks once and not ten times. While others are answered one waits
 * behind them, so that many at once do not look like silence.
 */
export class SilenceWatch {
  private readonly waiters = new Set<Waiter>();
  private timer: NodeJS.Timeout | null = null;
  private looks = 0;
  private heardAt = 0;

  constructor(private readonly deadlineMs: number) {}

  /** Rejects with what `silence` makes when the deadline is over; else as the work ends. */
  within<Reply>(work: Promise<Reply>, silence: () => Error): Promise<Reply> {
    this.timer ??= setInterval(() => setImmediate(() => this.look()), this.deadlineMs / LOOKS);
    return new Promise((resolve, reject) => {
      const waiter = { sentAt: this.looks, giveUp: () => reject(silence()) };
      this.waiters.add(waiter);
      const heard = (): void => {
        this.waiters.delete(waiter);
        this.heardAt = this.looks;
      };
      work.then(
        (reply) => {
          heard();
          resolve(reply);
        },
        (error: unknown) => {
          heard();
          reject(error as Error);
        },
      );
    });
  }

  private look(): void {
    this.looks++;
    if (this.waiters.size === 0) {
      this.stop();
      return;
    }
    for (const waiter of this.waiters) {
      const silent = this.looks - Math.max(waiter.sentAt, this.heardAt);
      if (silent < LOOKS && this.looks - waiter.sentAt < MAX_DEADLINES * LOOKS) continue;
      this.waiters.delete(waiter);
      waiter.giveUp();
    }
  }

  private stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }
}
