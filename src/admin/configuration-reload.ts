import type { Counter } from 'prom-client';
import { topic } from '../common/channel.js';
import type { ConfigurationChanges } from '../common/configuration-changes.js';
import { GatewayError } from '../common/gateway-error.js';
import type { Logger } from '../common/logger.js';
import type { Peers } from '../common/peers.js';
import { ConfigError } from '../config/config-error.js';
import type { FileChange } from '../config/file-section.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import type { ApplyConfigurationFile } from './apply-configuration-file.js';

/** The configuration file is wrong; the message names line and reason, and what was in force still is. */
export class InvalidConfigurationError extends GatewayError {
  readonly status = 422;
  readonly code = 'invalid_configuration';
}

/** To the other workers: what of the file is in no table, each has to read for itself. */
const FOLLOW = topic('configuration file');

/** Takes the configuration file over again while calls are served by what was in force before. */
export class ConfigurationReload {
  private queue: Promise<unknown> = Promise.resolve();
  private restartNeeded: readonly string[] = [];
  private path: string | null;
  private unfinished = false;

  constructor(
    private readonly parts: {
      readonly config: GatewayConfig;
      readonly file: ApplyConfigurationFile;
      readonly changes: ConfigurationChanges;
      readonly logger: Logger;
      readonly failures: Counter;
      readonly peers: Peers;
    },
  ) {
    parts.peers.answer(FOLLOW, () => this.inTurn());
    const { file, source } = parts.config;
    this.path = file ? source.path : null;
  }

  /** The file behind part of the configuration; null when there is none. */
  get filePath(): string | null {
    return this.path;
  }

  /** Whether this version of the file was taken over or refused for good. */
  isSettled(version: string): boolean {
    return version === this.parts.config.source.lastRead && !this.unfinished;
  }

  /** Settings that the file has changed and that only a start takes over, such as `server.port`. */
  get needingRestart(): readonly string[] {
    return this.restartNeeded;
  }

  /**
   * One after the other. Resolves when this instance, with all its workers, serves by what the file says.
   * Throws InvalidConfigurationError, or what keeps the database from being written; nothing has changed then.
   */
  async reload(): Promise<void> {
    await this.inTurn();
    await this.parts.peers.ask(FOLLOW, undefined);
  }

  private inTurn(): Promise<void> {
    const turn = this.queue.then(() => this.takeOver());
    this.queue = turn.catch(() => {});
    return turn;
  }

  private async takeOver(): Promise<void> {
    const { config, file, changes, logger, failures } = this.parts;
    try {
      const contents = config.source.read();
      if (!contents) return;
      const made = await file.apply(contents);
      this.path = config.source.path;
      this.restartNeeded = config.needingRestart(contents);
      this.unfinished = false;
      await changes.takeOver();
      logger.log(`configuration file taken over: ${summary(made)}`, 'Configuration');
    } catch (error) {
      failures.inc();
      this.unfinished = !(error instanceof ConfigError);
      const { message } = error as Error;
      logger.error(`the configuration stays as it was: ${message}`, 'Configuration');
      if (this.unfinished) throw error;
      throw new InvalidConfigurationError(message, { cause: error });
    }
    if (this.restartNeeded.length) {
      const names = this.restartNeeded.join(', ');
      logger.warn(`${names} changed in the file: takes a restart`, 'Configuration');
    }
  }
}

/** Such as `1 created, 2 unchanged`. */
export function summary(changes: readonly FileChange[]): string {
  const counts = new Map<string, number>();
  for (const { verb } of changes) counts.set(verb, (counts.get(verb) ?? 0) + 1);
  return (
    [...counts].map(([verb, count]) => `${count} ${verb}`).join(', ') || 'nothing in the database'
  );
}
