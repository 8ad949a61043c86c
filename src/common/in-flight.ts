/** A call under way that can be told to end now. */
export interface Interruptible {
  /** The gateway stops: say so in the client's protocol and let go. */
  interrupt(): void;
}

/** The calls clients are waiting for: counted for admission and metrics, reachable at shutdown. */
export class InFlight {
  /**
   * A list with gaps, and where they are. A Set grows into a new table every few dozen calls, and V8 links each old table to
   * its successor: once one of them is in the old generation, every call ever added survives until a full collection.
   */
  private readonly calls: (Interruptible | null)[] = [];
  private readonly gaps: number[] = [];
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

  /** The place of the call, for `untrack`. */
  track(call: Interruptible): number {
    const place = this.gaps.pop() ?? this.calls.length;
    this.calls[place] = call;
    return place;
  }

  untrack(place: number): void {
    this.calls[place] = null;
    this.gaps.push(place);
  }

  async untilIdle(): Promise<void> {
    if (this.admitted > 0) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  interruptAll(): void {
    for (const call of this.calls) call?.interrupt();
  }
}
