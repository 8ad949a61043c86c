/** Told when the number changes, so that an index over many of them stays in order. */
export type LoadListener = () => void;

/** Requests in flight at one account, over all of its models. */
export class Load {
  private inFlight = 0;
  private readonly listeners = new Set<LoadListener>();

  get count(): number {
    return this.inFlight;
  }

  enter(): void {
    this.inFlight++;
    for (const listener of this.listeners) listener();
  }

  leave(): void {
    this.inFlight--;
    for (const listener of this.listeners) listener();
  }

  /** Returns what ends it. */
  watch(listener: LoadListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
