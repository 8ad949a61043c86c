import { setTimeout } from 'node:timers/promises';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { CurrentCatalog } from '../../catalog/current-catalog.js';
import { Clock } from '../../common/clock.js';
import { Logger } from '../../common/logger.js';
import type { StartupStep } from '../../database/database.service.js';
import { toPostgresJson } from '../usage-row.js';
import { AnswerCapture, excerptOf, type Capture, type CaptureSettings } from './capture.js';
import { CaptureQueue } from './capture-queue.js';
import { toCaptureRow } from './capture-row.js';

const SHUTDOWN_TIMEOUT_MS = 5_000;

const INSERT = `
  INSERT INTO usage_captures
  SELECT * FROM json_populate_recordset(NULL::usage_captures, $1::json)
  ON CONFLICT DO NOTHING`;

/** Keeps what is said under the keys whose owners have asked for it, apart from the records and behind the path of requests. */
@Injectable()
export class Captures implements StartupStep, OnModuleInit, OnApplicationShutdown {
  readonly name = 'load the capture settings';
  private settings = new Map<string, CaptureSettings>();
  private readonly queue: CaptureQueue;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly current: CurrentCatalog,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.queue = new CaptureQueue((captures) => this.write(captures), logger);
  }

  /** A change of the settings is announced as one of the catalog. */
  onModuleInit(): void {
    this.current.onSwap(() => {
      this.run().catch((error: unknown) => {
        this.logger.error('the capture settings could not be loaded', 'Stats', error);
      });
    });
  }

  async run(): Promise<void> {
    const rows = await this.dataSource.query<
      { api_key_id: string; retention_days: number; redact: boolean }[]
    >('SELECT api_key_id, retention_days, redact FROM capture_settings');
    this.settings = new Map(
      rows.map(({ api_key_id: id, retention_days: retentionDays, redact }) => [
        id,
        { retentionDays, redact },
      ]),
    );
  }

  /** Null for a key of which nothing is kept, as for nearly all. */
  begin(keyId: string): AnswerCapture | null {
    return this.settings.has(keyId) ? new AnswerCapture() : null;
  }

  end(capture: Omit<Capture, 'settings' | 'isRequestTruncated'>): void {
    const settings = this.settings.get(capture.keyId);
    if (settings) this.queue.add({ ...capture, ...excerptOf(capture.request), settings });
  }

  /** Resolves when everything that ended before is in PostgreSQL; rejects when that cannot be. */
  flush(): Promise<void> {
    return this.queue.flush();
  }

  async onApplicationShutdown(): Promise<void> {
    this.queue.stop();
    const written = this.queue.flush().catch((error: unknown) => {
      this.logger.warn('captures are lost', 'Stats', error);
    });
    await Promise.race([written, setTimeout(SHUTDOWN_TIMEOUT_MS, undefined, { ref: false })]);
  }

  private async write(captures: readonly Capture[]): Promise<void> {
    const rows = captures.map((capture) => toCaptureRow(capture, this.clock.now()));
    await this.dataSource.query(INSERT, [toPostgresJson(rows)]);
  }
}
