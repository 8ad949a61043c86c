/** One Ctrl-C may come twice: npm passes on what the terminal has already sent to every process. */
const SAME_WISH_MS = 500;

/** SIGTERM and SIGINT from the first moment of the process to its last; neither ever ends it by itself. */
export class StopSignals {
  /** Somebody wants the process to stop. */
  readonly stop: Promise<void>;
  /** Somebody asked again, and does not want to wait. */
  readonly hurry: Promise<void>;

  constructor(
    source: Pick<NodeJS.EventEmitter, 'on'> = process,
    monotonic = () => performance.now(),
  ) {
    let stop: () => void;
    let hurry: () => void;
    this.stop = new Promise((resolve) => (stop = resolve));
    this.hurry = new Promise((resolve) => (hurry = resolve));
    let firstMs: number | undefined;
    const listener = (): void => {
      const nowMs = monotonic();
      if (firstMs === undefined) {
        firstMs = nowMs;
        stop();
      } else if (nowMs - firstMs > SAME_WISH_MS) {
        hurry();
      }
    };
    source.on('SIGTERM', listener);
    source.on('SIGINT', listener);
  }
}
