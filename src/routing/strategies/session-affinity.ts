interface Placement {
  accountId: string;
  /** Monotonic. */
  usedAt: number;
}

export interface SessionAffinityOptions {
  readonly maxSessions: number;
  /** A session that has not been seen for so long is over. */
  readonly idleMs: number;
}

/**
 * Which account a session is at, for a bounded number of sessions. Two generations instead of a list of uses: what is used
 * moves to the young one, and when that is full, or old, the other one is dropped whole. So at least half of `maxSessions` are the ones
 * used last, and each operation takes constant time.
 */
export class SessionAffinity {
  private young = new Map<string, Placement>();
  private old = new Map<string, Placement>();
  private youngSince = 0;

  constructor(private readonly options: SessionAffinityOptions) {}

  get size(): number {
    return this.young.size + this.old.size;
  }

  /** @param now monotonic milliseconds */
  accountOf(session: string, now: number): string | undefined {
    const placement = this.young.get(session) ?? this.old.get(session);
    if (!placement || now - placement.usedAt >= this.options.idleMs) return undefined;
    this.place(session, placement.accountId, now);
    return placement.accountId;
  }

  /** Also for a session that is elsewhere: it has moved. */
  place(session: string, accountId: string, now: number): void {
    const { maxSessions, idleMs } = this.options;
    const isFull = this.young.size >= maxSessions / 2 && !this.young.has(session);
    if (isFull || now - this.youngSince >= idleMs) {
      this.old = this.young;
      this.young = new Map();
      this.youngSince = now;
    }
    this.old.delete(session);
    this.young.set(session, { accountId, usedAt: now });
  }
}
