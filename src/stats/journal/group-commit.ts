/** Brings to the disk, in one go, what was written within some milliseconds: a sync each would cost more than the writes. */
export class GroupCommit {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private isDirty = false;

  /**
   * @param work syncs everything written before it is called
   * @param onFailure told of a disk that does not keep what it has accepted
   */
  constructor(
    private readonly work: () => Promise<void>,
    private readonly intervalMs: number,
    private readonly onFailure: (error: Error) => void,
  ) {}

  /** Something was written. */
  mark(): void {
    this.isDirty = true;
    if (this.running === null) this.timer ??= setTimeout(() => void this.run(), this.intervalMs);
  }

  /** Resolves when everything written before is on the disk, or the failure was told. */
  async settle(): Promise<void> {
    while (this.running !== null || this.isDirty) await (this.running ?? this.run());
  }

  private run(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.isDirty = false;
    this.running = this.work()
      .catch(this.onFailure)
      .finally(() => {
        this.running = null;
        if (this.isDirty) this.mark();
      });
    return this.running;
  }
}
