import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Logger } from '../common/logger.js';
import { migrate } from './migrate.js';

/** Work that needs the schema in place, run in order at every start before the gateway is ready. */
export interface StartupStep {
  /** What it does, for the log when it cannot: `load the catalog`. */
  readonly name: string;
  run(): Promise<void>;
}

export type DatabaseState = 'connecting' | 'ready' | 'behind';

/** Brings the database up behind a gateway that is already listening: without it the process lives and says "not ready". */
@Injectable()
export class DatabaseService implements OnApplicationShutdown {
  private current: DatabaseState = 'connecting';
  private stopping = false;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly logger: Logger,
  ) {}

  get state(): DatabaseState {
    return this.current;
  }

  /** Connects, migrates and runs the steps; tries again with growing pauses until it works or the process stops. */
  async start(steps: readonly StartupStep[]): Promise<void> {
    for (let pauseMs = 100; !this.stopping; pauseMs = Math.min(pauseMs * 2, 5_000)) {
      let task = 'connect to the database';
      try {
        if (!this.dataSource.isInitialized) await this.dataSource.initialize();
        task = 'migrate the database';
        const applied = await migrate(this.dataSource);
        if (applied.length) this.logger.log(`applied ${applied.length} migrations`, 'Database');
        for (const step of steps) {
          task = step.name;
          await step.run();
        }
        this.current = 'ready';
        return;
      } catch (error) {
        if (isFatal(error)) throw error;
        this.logger.warn(`could not ${task}, trying again`, 'Database', error as Error);
        await sleep(pauseMs);
      }
    }
  }

  /** Throws when the database does not answer in time. */
  async ping(): Promise<void> {
    await this.dataSource.query('SELECT 1');
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping = true;
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}

/** A refusal that trying again will not change, such as a default password in production. */
function isFatal(error: unknown): boolean {
  return (error as { exitCode?: number }).exitCode !== undefined;
}
