/** A call under way that can be told to end now. */
export interface Interruptible {
  /** The gateway stops: say so in the client's protocol and let go. */
  interrupt(): void;
}

/** The calls clients are waiting for: counted for admission and metrics, reachable at shutdown. */
export class InFlight {
  private readonly calls = new Set<Interruptible>();
  private waiters: (() => void)[] = [];
  private admitted = 0;

  get count(): number {
    return this.admitted;
  }

  enter(): void {
    this.admitted++;
  }

  leave(): void {
    this.admitted--;
    if (this.admitted > 0) return;
    for (const resolve of this.waiters.splice(0)) resolve();
  }

  track(call: Interruptible): void {
    this.calls.add(call);
  }

  untrack(call: Interruptible): void {
    this.calls.delete(call);
  }

  async untilIdle(): Promise<void> {
    if (this.admitted > 0) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  interruptAll(): void {
    for (const call of this.calls) call.interrupt();
  }
}
