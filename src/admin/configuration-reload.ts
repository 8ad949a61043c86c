import { Injectable } from '@nestjs/common';
import { topic } from '../common/channel.js';
import { ConfigurationChanges } from '../common/configuration-changes.js';
import { GatewayError } from '../common/gateway-error.js';
import { Peers } from '../common/peers.js';
import { ConfigError } from '../config/config-error.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { ApplyConfigurationFile } from './apply-configuration-file.js';
import { ConfigurationLog } from './configuration-log.js';

/** The configuration file is wrong; the message names line and reason, and what was in force still is. */
export class InvalidConfigurationError extends GatewayError {
  readonly status = 422;
  readonly code = 'invalid_configuration';
}

/** To the other workers: what of the file is in no table, each has to read for itself. */
const FOLLOW = topic('configuration file');

/** Takes the configuration file over again while calls are served by what was in force before. */
@Injectable()
export class ConfigurationReload {
  private queue: Promise<unknown> = Promise.resolve();
  private restartNeeded: readonly string[] = [];
  private path: string | null;
  private unfinished = false;

  constructor(
    private readonly config: GatewayConfig,
    private readonly file: ApplyConfigurationFile,
    private readonly changes: ConfigurationChanges,
    private readonly peers: Peers,
    private readonly log: ConfigurationLog,
  ) {
    peers.answer(FOLLOW, () => this.inTurn());
    this.path = config.file ? config.source.path : null;
  }

  /** The file behind part of the configuration; null when there is none. */
  get filePath(): string | null {
    return this.path;
  }

  /** Whether this version of the file was taken over or refused for good. */
  isSettled(version: string): boolean {
    return version === this.config.source.lastRead && !this.unfinished;
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
    await this.peers.ask(FOLLOW, undefined);
  }

  private inTurn(): Promise<void> {
    const turn = this.queue.then(() => this.takeOver());
    this.queue = turn.catch(() => {});
    return turn;
  }

  private async takeOver(): Promise<void> {
    const { source } = this.config;
    try {
      const contents = source.read();
      if (!contents) return;
      const made = await this.file.apply(contents);
      this.path = source.path;
      this.restartNeeded = this.config.needingRestart(contents);
      this.unfinished = false;
      await this.changes.takeOver();
      this.log.takenOver(made);
    } catch (error) {
      const { message } = error as Error;
      this.log.failed(message);
      this.unfinished = !(error instanceof ConfigError);
      if (this.unfinished) throw error;
      throw new InvalidConfigurationError(message, { cause: error });
    }
    if (this.restartNeeded.length) this.log.needsRestart(this.restartNeeded);
  }
}
