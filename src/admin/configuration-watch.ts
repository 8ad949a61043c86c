import type { OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '../common/logger.js';
import type { Duty } from '../common/peers.js';
import { InvalidConfigurationError } from './configuration-reload.js';

/** What is looked at, and what happens when it has changed. */
export interface Watched {
  /** Whether a reload could work by now. */
  isReady(): boolean;
  version(): Promise<string>;
  /** Whether nothing is left to do about this version: it was taken over, or is wrong. */
  isSettled(version: string): boolean;
  reload(): Promise<void>;
}

/**
 * Looks at the configuration file now and then. Polling rather than inotify, which loses a file that an editor replaces by
 * another, the link that Kubernetes turns, and everything on network file systems. A new version counts when two looks in
 * a row find the same one: nobody is still writing it.
 */
export class ConfigurationWatch implements Duty, OnApplicationShutdown {
  private timer: NodeJS.Timeout | null = null;
  private looking = false;
  private candidate: string | null = null;

  constructor(
    private readonly watched: Watched,
    private readonly intervalMs: number,
    private readonly logger: Logger,
  ) {}

  begin(): void {
    this.timer = setInterval(() => void this.look(), this.intervalMs).unref();
  }

  onApplicationShutdown(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** Never throws. */
  async look(): Promise<void> {
    if (this.looking || !this.watched.isReady()) return;
    this.looking = true;
    try {
      const version = await this.watched.version();
      const isStable = version === this.candidate;
      this.candidate = version;
      if (isStable && !this.watched.isSettled(version)) await this.watched.reload();
    } catch (error) {
      if (error instanceof InvalidConfigurationError) return;
      this.logger.warn('the configuration file was not taken over', 'Configuration', error);
    } finally {
      this.looking = false;
    }
  }
}
