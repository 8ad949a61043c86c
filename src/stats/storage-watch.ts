import type { Clock } from '../common/clock.js';
import type { Logger } from '../common/logger.js';

const HIGH_SHARE = 0.8;
const LOG_INTERVAL_MS = 10_000;

/** Says in time that the space for usage records runs out, and when it has. Logs no more often than somebody can read. */
export class StorageWatch {
  private level: 'low' | 'high' | 'full' = 'low';
  private lost = 0;
  private loggedAt = -Infinity;

  constructor(
    private readonly maxBytes: number,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  hasRoom(bytes: number): boolean {
    const share = bytes / this.maxBytes;
    const level = share >= 1 ? 'full' : share >= HIGH_SHARE ? 'high' : 'low';
    if (level !== this.level) this.enter(level, bytes);
    return level !== 'full';
  }

  /** The disk did not take something. */
  failed(error: Error): void {
    this.logNowAndThen('the usage journal cannot be written', error);
  }

  /** Nobody will ever hear of a refused request, for want of space. */
  refused(): void {
    this.lost++;
    this.logNowAndThen('no space to record refused requests', { records: this.lost });
  }

  private enter(level: 'low' | 'high' | 'full', bytes: number): void {
    const facts = { bytes, max_bytes: this.maxBytes };
    if (level === 'high' && this.level === 'low')
      this.logger.warn('80 % of the space for the usage journal is taken', 'Stats', facts);
    if (level === 'full')
      this.logger.error('the usage journal is full: nothing is served', 'Stats', facts);
    if (this.level === 'full') this.logger.log('the usage journal has room again', 'Stats', facts);
    this.level = level;
  }

  private logNowAndThen(message: string, detail: object): void {
    if (this.clock.monotonic() < this.loggedAt + LOG_INTERVAL_MS) return;
    this.loggedAt = this.clock.monotonic();
    this.logger.error(message, 'Stats', detail);
  }
}
